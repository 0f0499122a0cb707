import { expect } from "chai";
import { lines, reactions } from "../../converted.ts";
import { NOON, ts, soup, workspace } from "./workspace.ts";

describe("messages of Slack", () => {
  it("follow the log of edits and deletions", async () => {
    const { events, event, ledger } = await soup(
      workspace([
        { text: "before" },
        { user: "U2NOOR", text: "a slip" },
        {
          subtype: "message_changed",
          hidden: true,
          message: { type: "message", user: "U1MIA", text: "after", ts: ts(0), edited: { user: "U1MIA", ts: ts(2) } },
          original: { text: "before", user: "U1MIA", ts: ts(0) },
        },
        {
          subtype: "message_deleted",
          hidden: true,
          deleted_ts: ts(1),
          previous_message: { type: "message", user: "U2NOOR", text: "a slip", ts: ts(1) },
        },
        {
          subtype: "message_deleted",
          hidden: true,
          deleted_ts: `${NOON - 9}.000100`,
          previous_message: { type: "message", user: "U2NOOR", text: "only in the log", ts: `${NOON - 9}.000100` },
        },
      ]),
    );
    const edit = event("* after");
    expect(edit.content).to.deep.include({
      "m.relates_to": { rel_type: "m.replace", event_id: event("before").event_id },
    });
    expect([edit.origin_server_ts, edit.sender]).to.deep.equal([(NOON + 2) * 1000, "@u1mia:slack.invalid"]);
    const removed = events.filter(({ unsigned }) => unsigned);
    expect(removed.map((each) => [each.sender, each.origin_server_ts, each.content])).to.deep.equal([
      ["@u2noor:slack.invalid", (NOON - 9) * 1000, {}],
      ["@u2noor:slack.invalid", (NOON + 1) * 1000, {}],
    ]);
    expect(removed[1]?.unsigned).to.have.nested.property("redacted_because.origin_server_ts", (NOON + 3) * 1000);
    expect(JSON.stringify(events)).to.not.contain("a slip").and.not.contain("only in the log");
    expect(ledger).to.deep.equal({ redactions_unavailable: 1 });
  });

  it("of a thread whose beginning is not in the export stay together, and the ledger counts the threads", async () => {
    const replies = ["one", "two"].map((text) => ({ text, thread_ts: ts(-900) }));
    const { event, ledger, head } = await soup(workspace([...replies, { text: "other", thread_ts: ts(-800) }]));
    const relation = (body: string): unknown => event(body).content["m.relates_to"];
    expect(relation("one")).to.deep.equal(relation("two")).and.to.include({ rel_type: "m.thread" });
    expect(ledger).to.deep.equal({ thread_start_elsewhere: 1 });
    expect(head.ledger[0]?.message).to.contain("Number: 2.");
  });

  it("keep their words whatever their files are like", async () => {
    const files = (...all: unknown[]): never => all as never;
    const converted = await soup(
      workspace([
        { text: "hidden", files: files({ id: "F1", mode: "hidden_by_limit" }) },
        { text: "no access", files: files({ id: "F2", mode: "file_access", file_access: "access_denied" }) },
        { text: "null", files: files(null) },
        {
          text: "no id",
          files: files({ name: "plan.txt", mode: "external", url_private: "https://docs.example/plan?key=secret" }),
        },
        {
          text: "snippet",
          files: files({
            id: "F3",
            name: "Untitled",
            mode: "snippet",
            preview: "stir()",
            permalink: "https://k.slack.com/files/F3",
          }),
        },
        { text: "odd", files: "no list", reactions: 5, thread_ts: {}, blocks: [7], edited: [] },
      ]),
    );
    expect(lines(converted)).to.deep.equal([
      "Mia: hidden",
      "Mia: no access",
      "Mia: null",
      "Mia: no id",
      "Mia: snippet\nstir()",
      "Mia: odd",
    ]);
    expect(converted.event("no id").content).to.include({
      filename: "plan.txt",
      external_url: "https://docs.example/plan",
    });
    expect(converted.ledger).to.deep.equal({ media_not_in_export: 4, field_malformed: 1 });
    const odd = converted.head.ledger.find(({ code }) => code === "field_malformed");
    expect(odd?.message).to.contain("Number: 6.");
  });

  it("have the emoji that Slack has, with their skin tones", async () => {
    const names = [
      "hugging_face",
      "woman-shrugging::skin-tone-3",
      "flag-us",
      "thumbsup_all",
      "handshake::skin-tone-2-5",
    ];
    const converted = await soup(
      workspace([
        {
          text: ":hugging_face: :flag-us: :+1::skin-tone-4: :parrot: :no_such:",
          reactions: names.map((name) => ({ name, users: ["U2NOOR"], count: 1 })),
        },
      ]),
    );
    expect(lines(converted)).to.deep.equal(["Mia: 🤗 🇺🇸 👍🏽 🦜 :no_such:"]);
    expect(reactions(converted)).to.deep.equal(
      ["🤗", "🤷🏼‍♀️", "🇺🇸", ":thumbsup_all:", "🫱🏻‍🫲🏾"].map((emoji) => `Noor N ${emoji}`),
    );
    expect(converted.ledger).to.deep.equal({ reaction_time_unknown: 1, emoji_picture_left_out: 1 });
  });
});
