import { expect } from "chai";
import { convertedFiles, lines, reactions, refusal } from "../../converted.ts";

const MIA = { name: "Mia Moss", email: "mia@soup.test", user_type: "Human" };
const NOOR = { name: "Noor N", email: "noor@soup.test", user_type: "Human" };
const FOLDER = "Takeout/Google Chat/Groups/Space AAA";

function message(id: string, text: string, more: object = {}): object {
  return {
    creator: MIA,
    created_date: `Monday, March 4, 2024 at 12:00:0${id}\u202fPM UTC`,
    text,
    topic_id: `t${id}`,
    message_id: `AAA/t/${id}`,
    ...more,
  };
}

const space = (...messages: object[]): Record<string, object> => ({
  [`${FOLDER}/group_info.json`]: { name: "Soup", members: [MIA, NOOR] },
  [`${FOLDER}/messages.json`]: { messages },
});

describe("Google Chat in Takeout", () => {
  it("has threads, quotations, edits, deletions, reactions and files", async () => {
    const converted = await convertedFiles("google-chat", {
      ...space(
        message("1", "*salt*?", { reactions: [{ emoji: { unicode: "👍" }, reactor_emails: [NOOR.email] }] }),
        message("2", "yes", { creator: NOOR, topic_id: "t1" }),
        message("3", "more", { quoted_message_metadata: { creator: NOOR, text: "yes", message_id: "AAA/t/2" } }),
        message("4", "what?", { quoted_message_metadata: { creator: NOOR, text: "gone" } }),
        message("5", "look", {
          attached_files: [
            { original_name: "pot (1).txt", export_name: "File-pot_1_.txt" },
            { original_name: "lid.txt" },
          ],
        }),
        message("6", "fixed", { updated_date: "Monday, March 4, 2024 at 12:01:00 PM UTC" }),
        message("7", "", {
          message_state: "DELETED",
          deleted_date: "Monday, March 4, 2024 at 12:02:00 PM UTC",
          deletion_metadata: { deletion_type: "CREATOR" },
        }),
        message("8", "", {
          annotations: [{ video_call_metadata: { meeting_space: { meeting_url: "https://meet.test/x" } } }],
        }),
        { creator: MIA, created_date: "yesterday", text: "when?" },
      ),
      [`${FOLDER}/File-pot_1_.txt`]: "pot",
    });
    expect(lines(converted)).to.deep.equal([
      "Mia Moss: *salt*?",
      "Noor N: yes",
      "Mia Moss: more",
      "Mia Moss: > Noor N:\n> gone\nwhat?",
      "Mia Moss: look",
      "Mia Moss: pot (1).txt",
      "Mia Moss: lid.txt",
      "Mia Moss: fixed",
      "Mia Moss: —",
      "Mia Moss: Video call (https://meet.test/x)",
      "Mia Moss: * fixed",
    ]);
    const root = converted.event("*salt*?");
    expect(root).to.include({ origin_server_ts: Date.parse("2024-03-04T12:00:01Z") });
    expect(root.content["formatted_body"]).to.equal("<strong>salt</strong>?");
    expect(converted.event("yes").content["m.relates_to"]).to.include({
      rel_type: "m.thread",
      event_id: root.event_id,
    });
    expect(converted.event("more").content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: converted.event("yes").event_id },
    });
    expect(reactions(converted)).to.deep.equal(["Noor N 👍"]);
    expect([...converted.media.values()].map(String)).to.deep.equal(["pot"]);
    expect(converted.head.room).to.include({ name: "Soup", type: "group" });
    expect(converted.ledger).to.deep.equal({
      edits_unavailable: 1,
      media_not_in_export: 1,
      message_malformed: 1,
      reaction_time_unknown: 1,
      redactions_unavailable: 1,
      reply_as_quote: 1,
      pins_not_in_export: 1,
    });
  });

  it("names its conversations, and is told from other exports with a messages.json", async () => {
    const files = {
      ...space(message("1", "hi")),
      "Takeout/Google Chat/Groups/DM BBB/messages.json": { messages: [message("1", "psst")] },
    };
    expect((await refusal("google-chat", files)).stderr).to.contain("There are: DM BBB, Soup");
    expect((await convertedFiles("google-chat", files, ["--channel", "DM BBB"])).head.room.type).to.equal("direct");
    expect((await refusal("google-chat", { "messages.json": { messages: [{ id: 1 }] } })).stderr).to.contain(
      "does not look like",
    );
  });

  it("has every wording that the export holds, two of one second among them", async () => {
    const at = (second: string): string => `Monday, March 4, 2024 at 12:01:0${second} PM UTC`;
    const versions = [
      { creator: MIA, created_date: "Monday, March 4, 2024 at 12:00:01 PM UTC", text: "frist" },
      { creator: MIA, updated_date: at("5"), text: "first?" },
      { creator: MIA, updated_date: at("0"), text: "firts" },
    ];
    const { created_date: _none, ...last } = message("1", "first", { updated_date: at("5") }) as Record<
      string,
      unknown
    >;
    const converted = await convertedFiles("google-chat", space({ ...last, previous_message_versions: versions }));
    expect(lines(converted)).to.deep.equal([
      "Mia Moss: frist",
      "Mia Moss: * firts",
      "Mia Moss: * first?",
      "Mia Moss: * first",
    ]);
    expect(converted.event("frist").origin_server_ts).to.equal(Date.parse("2024-03-04T12:00:01Z"));
    expect(converted.event("* firts").origin_server_ts).to.equal(Date.parse("2024-03-04T12:01:00Z"));
    expect(converted.ledger).not.to.include.keys("edits_unavailable");
  });
});
