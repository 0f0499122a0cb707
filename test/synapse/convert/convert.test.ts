import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ClientEvent } from "../../../src/matrix/event.ts";
import { objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import { START } from "../../support/foreign-exports/files.ts";
import { writeExport, type Form } from "../../support/foreign-exports/forms.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { sharedService } from "../../support/shared-service.ts";
import { newUser } from "../import/importing.ts";

/** What each of the sample exports says, and who says it. */
const EXPECTED: Record<
  Form,
  { question: string; ann: string; bob: string; relation: "reply" | "thread"; reaction?: string }
> = {
  element: { question: "Who wants *tea*?", ann: "@ann:acme.test", bob: "@bob:far.test", relation: "reply" },
  discord: {
    question: "Who wants **tea**?",
    ann: "@11:discord.invalid",
    bob: "@12:discord.invalid",
    relation: "reply",
    reaction: "👍",
  },
  slack: {
    question: "Who wants *tea*, @Bob Baker? 🍵\n> ask the menu (https://tea.example/menu) & @here",
    ann: "@u0ann:slack.invalid",
    bob: "@u0bob:slack.invalid",
    relation: "thread",
    reaction: "👍🏼",
  },
  mattermost: {
    question: "Who wants **tea**? 🍵",
    ann: "@ann:mattermost.invalid",
    bob: "@bob:mattermost.invalid",
    relation: "thread",
    reaction: "👍",
  },
  telegram: {
    question: "Who wants tea?",
    ann: "@user11:telegram.invalid",
    bob: "@user12:telegram.invalid",
    relation: "reply",
    reaction: "👍",
  },
};

describe("bundles made of other programs' exports", () => {
  let folder: string;
  let user: MatrixClient;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "convert-test-"));
    user = await newUser("ivy");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function imported(form: Form): Promise<ImportedRoom> {
    const { input, channel } = writeExport(form, folder);
    const bundle = join(folder, `${form}-bundle.zip`);
    const chosen = channel === undefined ? [] : ["--channel", channel];
    const ran = await runProgram(["bundle", "convert", "--from", form, input, ...chosen, "-o", bundle]);
    expect(ran.code, ran.stderr).to.equal(0);
    const { status, body } = await postImport(await sharedService(), user.token, bundle, { wait: 120 });
    expect(status, JSON.stringify(body)).to.equal(201);
    return ImportedRoom.joined(user, body);
  }

  for (const form of Object.keys(EXPECTED) as Form[])
    it(`import like any other: ${form}`, async () => {
      const { question: text, ann, bob, relation, reaction } = EXPECTED[form];
      const { timeline, roomId, report } = await imported(form);
      const question = timeline.find(({ content }) => content["body"] === text);
      expect(question?.origin_server_ts).to.equal(START + 1000);
      expect(authorOf(question)).to.equal(ann);

      const answers = timeline.filter(
        (event) => relatesTo(event)["event_id"] === question?.event_id || repliesTo(event) === question?.event_id,
      );
      const answer = answers.find(({ type, content }) => type === "m.room.message" && !content["m.new_content"]);
      expect(authorOf(answer)).to.equal(bob);
      expect(repliesTo(answer)).to.equal(question?.event_id);
      expect(relatesTo(answer)["rel_type"]).to.equal(relation === "thread" ? "m.thread" : undefined);

      const edit = answers.find(({ content }) => content["m.new_content"]);
      expect([edit?.origin_server_ts, authorOf(edit)]).to.deep.equal([START + 3000, ann]);
      const reacted = timeline.find(({ type }) => type === "m.reaction");
      expect(relatesTo(reacted)["key"]).to.equal(reaction);
      if (reaction !== undefined) {
        expect(authorOf(reacted)).to.equal(bob);
        expect(relatesTo(reacted)["event_id"]).to.equal(question?.event_id);
      }
      expect((report["ledger"] as JsonObject[]).filter(({ code }) => code !== "relation_dropped")).to.deep.equal([]);
      expect(stringMember(await user.stateContent(roomId, "m.room.name"), "name")?.toLowerCase()).to.equal("tea");

      const poll = timeline.find(({ type }) => type === "org.matrix.msc3381.poll.start");
      const said = JSON.stringify(poll?.content["org.matrix.msc3381.poll.start"] ?? "");
      if (form === "telegram") expect(said).to.contain("Green (2 votes)").and.to.contain("Black (1 vote)");
    });
});

function authorOf(event: ClientEvent | undefined): string | undefined {
  return stringMember(objectMember(event?.content, "_imported_sender"), "user_id");
}

function relatesTo(event: ClientEvent | undefined): JsonObject {
  return objectMember(event?.content, "m.relates_to") ?? {};
}

function repliesTo(event: ClientEvent | undefined): string | undefined {
  return stringMember(objectMember(relatesTo(event), "m.in_reply_to"), "event_id");
}
