import { expect } from "chai";
import type { BundleEvent } from "../../../../src/bundle/manifest/manifest.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { replayEvents, said, SOURCE, text, type ReplayOptions } from "../../../support/replayed-events.ts";

const ORIGIN = "io.roomporter.origin";
const WRAPPER = "io.roomporter.event";
const BOB = "@bob:acme.test";
const state = (type: string, content: JsonObject, more: Partial<BundleEvent> = {}): BundleEvent =>
  said(type, content, { state_key: "", ...more });
const redacting = (target: string, more: Partial<BundleEvent> = {}): BundleEvent =>
  said("m.room.redaction", { redacts: target, reason: "spam" }, { sender: BOB, ...more });
const redactedBy = (because: BundleEvent): Pick<BundleEvent, "unsigned"> => ({
  unsigned: { redacted_because: because as unknown as JsonObject },
});
const originOf = (content: JsonObject | undefined): JsonObject => content?.[ORIGIN] as JsonObject;

describe("state that is replayed", () => {
  it("is dated, with its author, and what it names in the new room", async () => {
    const avatar = "mxc://acme.test/a";
    const [first, second] = [text("first"), text("second")];
    const bundled = [
      state("m.room.name", { name: "Tea" }),
      state("m.room.avatar", { url: avatar }),
      ...[first, second],
      state("m.room.pinned_events", { pinned: [second.event_id, first.event_id] }),
      state("m.room.pinned_events", { pinned: "odd" }),
    ];
    const { sent, originals, ledger } = await replayEvents(bundled, { files: [avatar] });
    expect(sent.map(({ type, state_key, origin_server_ts }) => [type, state_key, origin_server_ts])).to.deep.equal(
      bundled.map(({ type, state_key, origin_server_ts }) => [type, state_key, origin_server_ts]),
    );
    expect(sent[0]?.content).to.deep.include({ name: "Tea", do_not_index: true });
    expect(sent[1]?.content).to.include({ url: "mxc://here/file1" });
    expect(sent[4]?.content["pinned"]).to.deep.equal([sent[3]?.event_id, sent[2]?.event_id]);
    expect(originals.map(({ content }) => content)).to.deep.equal(bundled.map(({ content }) => content));
    expect(ledger).to.deep.equal([]);
  });

  it("pins nothing that is not here, and the report says so", async () => {
    const first = text("first");
    const pinned = state("m.room.pinned_events", { pinned: ["$unknown", first.event_id, 7] });
    const { sent, originals, ledger } = await replayEvents([first, pinned]);
    expect(sent[1]?.content["pinned"]).to.deep.equal([sent[0]?.event_id]);
    expect(originals[1]?.content).to.deep.equal(pinned.content);
    expect(ledger.map(({ code, event_id }) => [code, event_id])).to.deep.equal([["pin_dropped", pinned.event_id]]);
  });

  it("of another type keeps a member that is called pinned", async () => {
    const { sent } = await replayEvents([state("m.room.topic", { topic: "x", pinned: ["$unknown"] })]);
    expect(sent[0]?.content["pinned"]).to.deep.equal(["$unknown"]);
  });

  it("leads nowhere else, and holds nothing harmful", async () => {
    const file = "mxc://acme.test/a";
    const lost = state("m.room.topic", { topic: "x", "m.relates_to": { rel_type: "m.reference", event_id: "$no" } });
    const html = state("m.room.topic", {
      ...{ topic: "x", format: "org.matrix.custom.html" },
      formatted_body: `<script>"${file}"</script><img src="${file}">`,
    });
    const clean = state("m.room.avatar", { url: file });
    const { sent, originals, ledger } = await replayEvents([lost, html, clean], { files: [file] });
    expect(sent[0]?.content).not.to.have.property("m.relates_to");
    expect(ledger.map(({ code }) => code)).to.deep.equal(["relation_dropped"]);
    expect(String(sent[1]?.content["formatted_body"])).not.to.contain("script");
    expect(sent[2]?.content["url"]).to.equal("mxc://here/file1");
    expect(originOf(sent[2]?.content)).not.to.have.property("media");
    expect(originals[0]?.content).to.deep.equal(lost.content);
  });

  it("that the homeserver refuses is kept in a wrapper", async () => {
    const refuse = (type: string) =>
      type === "m.room.name" ? new HomeserverError(400, "M_BAD_STATE", "no") : undefined;
    const { sent, ledger } = await replayEvents([state("m.room.name", { name: "Tea" })], { refuse });
    expect(sent[0]).to.include({ type: WRAPPER });
    expect(sent[0]).not.to.have.property("state_key");
    expect(ledger.map(({ code }) => code)).to.deep.equal(["kept_in_wrapper"]);
  });
});

describe("what must not act again", () => {
  it("is kept in a wrapper, as it was, with the new addresses of its files", async () => {
    const face = "mxc://acme.test/face";
    const joined = { membership: "join", displayname: "Bob", avatar_url: face };
    const bundled = [
      said("m.room.member", joined, { state_key: BOB, sender: BOB }),
      said("m.call.invite", { call_id: "1" }),
    ];
    const { sent, originals, ledger } = await replayEvents(bundled, { files: [face] });
    expect(sent.map(({ type, state_key }) => [type, state_key])).to.deep.equal([
      [WRAPPER, undefined],
      [WRAPPER, undefined],
    ]);
    expect(sent[0]?.content).to.deep.include({ type: "m.room.member", state_key: BOB, content: joined });
    expect(sent[0]?.content["media"]).to.deep.equal({ [face]: "mxc://here/file1" });
    expect(sent[1]?.content).to.deep.include({ type: "m.call.invite", content: { call_id: "1" } });
    expect(sent[1]?.content).not.to.have.any.keys("state_key", "media");
    expect(originOf(sent[0]?.content)).not.to.have.property("restore");
    expect(originals.map(({ type, stateKey, content }) => [type, stateKey, content])).to.deep.equal([
      ["m.room.member", BOB, joined],
      ["m.call.invite", undefined, { call_id: "1" }],
    ]);
    expect(ledger).to.deep.equal([]);
  });
});

describe("the time of a replayed event", () => {
  const timeOf = async (bundled: BundleEvent[], options?: ReplayOptions) => {
    const { sent, originals } = await replayEvents(bundled, options);
    return { sent: sent.map(({ origin_server_ts }) => origin_server_ts), originals: originals.map(({ ts }) => ts) };
  };
  const edit = (of: BundleEvent, event_id: string, more: Partial<BundleEvent> = {}) =>
    text(
      "* e",
      {
        "m.new_content": { msgtype: "m.text", body: "e" },
        "m.relates_to": { rel_type: "m.replace", event_id: of.event_id },
      },
      { event_id, origin_server_ts: 5, ...more },
    );

  it("is its own, or none where that is impossible: its origin keeps the true one", async () => {
    expect(await timeOf([text("x", {}, { origin_server_ts: -1 })])).to.deep.equal({ sent: [0], originals: [-1] });
    expect(await timeOf([text("x", {}, { origin_server_ts: 0 })])).to.deep.equal({ sent: [0], originals: [0] });
  });

  it("is one later for the edit that won among several of the same time", async () => {
    const first = text("first", {}, { origin_server_ts: 1 });
    expect(await timeOf([first, edit(first, "$b"), edit(first, "$a")])).to.deep.equal({
      sent: [1, 6, 5],
      originals: [1, 5, 5],
    });
    expect((await timeOf([first, edit(first, "$b"), edit(first, "$a", { origin_server_ts: 4 })])).sent).to.deep.equal([
      ...[1, 5, 4],
    ]);
  });

  it("stays for edits by others, of other types, or that are redacted", async () => {
    const first = text("first", {}, { origin_server_ts: 1 });
    const others = [edit(first, "$b", { sender: BOB }), edit(first, "$a", { sender: BOB })];
    expect((await timeOf([first, ...others])).sent).to.deep.equal([1, 5, 5]);
    const typed = [edit(first, "$b", { type: "org.example.x" }), edit(first, "$a", { type: "org.example.x" })];
    expect((await timeOf([first, ...typed])).sent).to.deep.equal([1, 5, 5]);
    const gone = text("gone");
    expect((await timeOf([edit(gone, "$b"), edit(gone, "$a")])).sent).to.deep.equal([5, 5]);
  });
});

describe("a redacted event", () => {
  it("is a placeholder in its place, which its redaction takes back again", async () => {
    const because = redacting("$gone");
    const gone = said("m.room.message", {}, { event_id: "$gone", ...redactedBy(because) });
    const { sent, originals, ledger } = await replayEvents([text("before"), gone, text("between"), because]);
    expect(sent.map(({ type }) => type)).to.deep.equal([
      ...["m.room.message", "m.room.message", "m.room.message", "m.room.redaction"],
    ]);
    const [, placeholder, , redaction] = sent;
    expect(placeholder?.unsigned).to.have.property("redacted_because");
    expect(placeholder?.origin_server_ts).to.equal(gone.origin_server_ts);
    expect(redaction?.content).to.deep.include({ redacts: placeholder?.event_id, reason: "spam" });
    expect(originOf(redaction?.content)["target"]).to.deep.equal({
      ...{ event_id: "$gone", room_id: SOURCE.room_id, type: "m.room.message", sender: "@ann:acme.test" },
      ...{ origin_server_ts: gone.origin_server_ts },
      _imported_sender: { user_id: "@ann:acme.test", display_name: "Ann" },
    });
    expect(originals[1]).to.deep.include({
      eventId: "$gone",
      type: "m.room.message",
      sender: "@ann:acme.test",
      content: {},
    });
    expect(originals[3]).to.deep.include({ eventId: because.event_id, sender: BOB, content: because.content });
    expect(ledger).to.deep.equal([]);
  });

  it("shows as a message until then, whatever is left of it", async () => {
    const shown: [string, JsonObject][] = [];
    const refuse = (type: string, content: JsonObject) => {
      shown.push([type, content]);
      return undefined;
    };
    const because = redacting("$gone");
    const bundled = ["m.room.message", "m.sticker", "m.reaction", "m.room.encrypted"].map((type) =>
      said(type, {}, redactedBy(because)),
    );
    await replayEvents(bundled, { refuse });
    // asked twice: singly and in batches
    const placeholders = shown.filter(([type]) => type !== "m.room.redaction").slice(0, bundled.length);
    expect(placeholders.map(([type, { body, msgtype }]) => [type, body, msgtype])).to.deep.equal([
      ["m.room.message", "Redacted message", "m.text"],
      ["m.sticker", "Redacted message", undefined],
      ["m.reaction", undefined, undefined],
      [WRAPPER, undefined, undefined],
    ]);
  });

  it("is redacted at once where its redaction is not in the bundle, and that bears the redaction's id", async () => {
    const because = redacting("$gone");
    const gone = state("m.room.topic", {}, { event_id: "$gone", ...redactedBy(because) });
    const { sent, originals } = await replayEvents([gone, text("after")]);
    expect(sent.map(({ type }) => type)).to.deep.equal([WRAPPER, "m.room.redaction", "m.room.message"]);
    const target = originOf(sent[1]?.content)["target"] as JsonObject;
    expect(target).to.include({ event_id: "$gone", type: "m.room.topic", state_key: "" });
    expect(target).not.to.have.property("redacted_by");
    expect(sent[1]?.content).to.include({ redacts: sent[0]?.event_id });
    expect(originals[1]).to.deep.include({ eventId: because.event_id, sender: BOB, content: because.content });
    expect(originals[0]).to.deep.include({ eventId: "$gone", type: "m.room.topic", stateKey: "" });
    expect(sent[1]?.origin_server_ts).to.equal(because.origin_server_ts);
  });

  it("whose redaction stands before it is redacted once more, and that is no event of the conversation", async () => {
    const because = redacting("$gone");
    const gone = said("m.room.message", {}, { event_id: "$gone", ...redactedBy(because) });
    const { sent, originals } = await replayEvents([because, gone]);
    expect(sent.map(({ type }) => type)).to.deep.equal([WRAPPER, "m.room.message", "m.room.redaction"]);
    expect(sent[2]?.content).to.include({ redacts: sent[1]?.event_id });
    expect(originOf(sent[2]?.content)["target"]).to.include({ redacted_by: because.event_id });
    expect(originOf(sent[2]?.content)).not.to.have.any.keys("event_id", "restore");
    expect(originals[2]?.repeated).to.equal(true);
    expect(originals[0]).to.deep.include({ eventId: because.event_id, type: "m.room.redaction" });
  });

  it("keeps in its redaction what a homeserver leaves of it", async () => {
    const because = redacting("$gone");
    const left = { membership: "join" };
    const gone = said("m.room.member", left, { event_id: "$gone", state_key: BOB, ...redactedBy(because) });
    const { sent, originals } = await replayEvents([gone, because]);
    expect(originOf(sent[1]?.content)["target"]).to.deep.include({ state_key: BOB, content: left });
    expect(originals[0]).to.deep.include({ type: "m.room.member", stateKey: BOB, content: left });
  });
});

describe("a redaction", () => {
  it("that had no effect at the source has none here, and is kept in a wrapper", async () => {
    const first = text("still here");
    const { sent, originals } = await replayEvents([first, redacting(first.event_id), redacting("$unknown")]);
    expect(sent.map(({ type }) => type)).to.deep.equal(["m.room.message", WRAPPER, WRAPPER]);
    expect(sent[0]?.content).to.include({ body: "still here" });
    expect(originals[1]).to.deep.include({ type: "m.room.redaction", redacts: first.event_id });
  });

  it("names what it takes back beside its content, as room versions before 11 do", async () => {
    const because = said("m.room.redaction", { reason: "spam" }, { sender: BOB, redacts: "$gone" });
    const gone = said("m.room.message", {}, { event_id: "$gone", ...redactedBy(because) });
    const { sent, originals } = await replayEvents([gone, because]);
    expect(sent[1]?.content).to.include({ redacts: sent[0]?.event_id });
    expect(originOf(sent[1]?.content)["redacts"]).to.equal("$gone");
    expect(originals[1]).to.deep.include({ content: { reason: "spam" }, redacts: "$gone" });
  });

  it("of an event that is redacted already acts again", async () => {
    const because = redacting("$gone");
    const again = redacting("$gone", { origin_server_ts: 10_000 });
    const gone = said("m.room.message", {}, { event_id: "$gone", ...redactedBy(because) });
    const { sent } = await replayEvents([gone, because, again]);
    expect(sent.map(({ type }) => type)).to.deep.equal(["m.room.message", "m.room.redaction", "m.room.redaction"]);
    const late = await replayEvents([gone, again]);
    expect(
      late.sent.map(({ type }) => type),
      "redacted at once",
    ).to.deep.equal([...["m.room.message", "m.room.redaction", "m.room.redaction"]]);
    expect(originOf(late.sent[2]?.content)).not.to.have.property("target");
  });

  it("that is itself redacted is kept in a wrapper", async () => {
    const because = redacting("$first");
    const first = said("m.room.redaction", {}, { event_id: "$first", ...redactedBy(because) });
    const { sent } = await replayEvents([first, because]);
    expect(sent.map(({ type }) => type)).to.deep.equal([WRAPPER, "m.room.redaction"]);
  });

  it("that the homeserver refuses is a line of the report", async () => {
    const because = redacting("$gone");
    const gone = said("m.room.message", {}, { event_id: "$gone", ...redactedBy(because) });
    const refuse = (type: string) =>
      type === "m.room.redaction" ? new HomeserverError(400, "M_UNKNOWN", "no") : undefined;
    const { sent, ledger } = await replayEvents([gone, because], { refuse });
    expect(sent.map(({ type }) => type)).to.deep.equal(["m.room.message", WRAPPER]);
    expect(ledger.map(({ code }) => code)).to.deep.equal(["redaction_refused"]);
  });
});

describe("a room that an import made, imported again", () => {
  it("leads by the ids and addresses of either room, and keeps its first author", async () => {
    const files = ["mxc://here/file1"];
    const first = text("first");
    const picture = said("m.room.message", { msgtype: "m.image", body: "a.png", url: "mxc://acme.test/a" });
    const reply = text("reply", { "m.relates_to": { "m.in_reply_to": { event_id: first.event_id } } });
    const once = await replayEvents([first, picture, reply], { files: ["mxc://acme.test/a"] });
    const bundled = once.sent.map((event) => ({
      ...{ ...event, sender: "@porter:acme.test" },
      _imported_sender: { user_id: "@ann:else.test", display_name: "Ann", avatar: null },
    }));
    const { sent, originals } = await replayEvents(bundled, { files });
    expect(sent.map(({ content }) => originOf(content)["event_id"])).to.deep.equal(
      [first, picture, reply].map(({ event_id }) => event_id),
    );
    expect(sent[1]?.content["url"]).to.equal("mxc://here/file1");
    expect(sent[2]?.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: sent[0]?.event_id } });
    expect(originals.map(({ sender, content }) => [sender, content])).to.deep.equal(
      [first, picture, reply].map(({ content }) => ["@ann:else.test", content]),
    );
  });

  it("leads to what the bundle has under one of the two names alone", async () => {
    const old = "mxc://acme.test/a";
    const first = text("first");
    const picture = said("m.room.message", { msgtype: "m.image", body: "a.png", url: old });
    const reply = text("reply", { "m.relates_to": { "m.in_reply_to": { event_id: first.event_id } } });
    const once = await replayEvents([first, picture, reply], { files: [old] });
    const [said1, ...rest] = once.sent;
    const imported = rest.map((event) => ({
      ...{ ...event, sender: "@porter:acme.test" },
      _imported_sender: { user_id: "@ann:else.test", display_name: "Ann", avatar: null },
    }));
    // the answered message says no longer where it came from, the file is known by its first address only
    const plain = { ...(said1 as BundleEvent), content: { msgtype: "m.text", body: "first" } };
    const { sent } = await replayEvents([plain, ...imported], { files: [old] });
    expect(sent[1]?.content["url"]).to.equal("mxc://here/file1");
    expect(sent[2]?.content["m.relates_to"]).to.deep.equal({ "m.in_reply_to": { event_id: sent[0]?.event_id } });
  });
});
