import { expect } from "chai";
import { convertedAll, lines, refusal } from "../../converted.ts";
import { CHANNEL, NOON, USERS, soup, ts, workspace } from "./workspace.ts";

const said = (text: string, more = {}): object[] => [
  { type: "message", ts: "1709553600.000100", user: "U1MIA", text, ...more },
];

describe("conversations of a Slack workspace", () => {
  it("are all there with a grid, told apart by their workspaces", async () => {
    const files = {
      "org_users.json": USERS,
      "channels.json": [{ ...CHANNEL, id: "C9ALL", name: "everyone" }],
      "everyone/2024-03-04.json": said("to all"),
      "teams/Bread/channels.json": [{ ...CHANNEL, id: "C8", name: "general" }],
      "teams/Bread/general/2024-03-04.json": said("in Bread"),
      "teams/Soup/general/2024-03-04.json": said("in Soup"),
    };
    const found = await convertedAll("slack", files);
    expect(Object.entries(found).map(([name, bundle]) => [name, lines(bundle)])).to.deep.equal([
      ["Bread_general.zip", ["Mia: in Bread"]],
      ["Soup_general.zip", ["Mia: in Soup"]],
      ["everyone.zip", ["Mia: to all"]],
    ]);
    expect(found["Soup_general.zip"]?.ledger).to.deep.equal({ conversation_unlisted: 1 });
    const { code, stderr } = await refusal("slack", files, ["--channel", "general"]);
    expect(code).to.equal(2);
    expect(stderr).to.contain("Bread/general, Soup/general");
  });

  it("include those about a canvas", async () => {
    const found = await convertedAll("slack", {
      ...workspace([{ text: "hi" }]),
      "file_conversations.json": [{ id: "FC:F5:plan", created: 1_709_553_600, creator: "U1MIA", members: ["U1MIA"] }],
      "FC_F5_plan/2024-03-04.json": said("about the plan"),
      "canvases.json": [{ id: "F5", name: "plan" }],
    });
    expect(Object.entries(found).map(([name, bundle]) => [name, bundle.head.room.name, lines(bundle)])).to.deep.equal([
      ["plan.zip", "plan", ["Mia: about the plan"]],
      ["soup.zip", "soup", ["Mia: hi"]],
    ]);
  });

  it("are read from slackdump's own format, threads and files with them", async () => {
    const root = { ...said("root", { thread_ts: "1709553600.000100" })[0] };
    const reply = {
      type: "message",
      ts: "1709553601.000100",
      thread_ts: "1709553600.000100",
      user: "U2NOOR",
      text: "reply",
      files: [{ id: "F1A", name: "Größe & co.txt", mode: "hosted" }],
    };
    const found = await convertedAll("slack", {
      "users.json": USERS,
      "channels.json": [CHANNEL, { id: "D1MN", is_im: true, name: "", members: ["U1MIA", "U2NOOR"] }],
      "C1SOUP.json": {
        channel_id: "C1SOUP",
        name: "soup",
        messages: [{ ...root, slackdump_thread_replies: [root, reply] }],
      },
      "D1MN.json": { channel_id: "D1MN", name: "", messages: said("psst") },
      "C1SOUP/F1A-Größe & co.txt": "bytes",
    });
    expect(Object.entries(found).map(([name, bundle]) => [name, bundle.head.room.type, lines(bundle)])).to.deep.equal([
      ["D1MN.zip", "direct", ["Mia: psst"]],
      ["soup.zip", "group", ["Mia: root", "Noor N: reply"]],
    ]);
    const { content } = found["soup.zip"]?.event("reply") ?? {};
    expect(content?.["m.relates_to"]).to.include({ rel_type: "m.thread" });
    expect(found["soup.zip"]?.media.get(String(content?.["url"]))?.toString()).to.equal("bytes");
  });

  it("have numbers that are written as text, entities in their topics, and their pins", async () => {
    const channel = {
      created: "1700000000",
      topic: { value: "salt &amp; pepper", last_set: "0" },
      pins: [{ id: "1709553600.000100", type: "C", user: "U1MIA" }, { id: "1.000001" }],
    };
    const { head, events, event, ledger } = await soup(workspace([{ text: "keep" }], { channel }));
    expect(head.room).to.include({ topic: "salt & pepper", created_at: 1_700_000_000_000 });
    const pins = events.find(({ type }) => type === "m.room.pinned_events");
    expect(pins?.content).to.deep.equal({ pinned: [event("keep").event_id] });
    expect(ledger).to.deep.equal({ pin_elsewhere: 1 });
  });

  it("tell who pinned what and when, where their lists do", async () => {
    const pin = (second: number, created: unknown): object => ({ id: ts(second), type: "C", user: "U2NOOR", created });
    const pinned = async (...pins: object[]): Promise<unknown[]> => {
      const { events, event } = await soup(workspace([{ text: "a" }, { text: "b" }], { channel: { pins } }));
      const names = new Map([event("a"), event("b")].map((each) => [each.event_id, each.content["body"]]));
      return events
        .filter(({ type }) => type === "m.room.pinned_events")
        .map(({ sender, origin_server_ts: time, content }) => {
          const list = (content["pinned"] as string[]).map((id) => names.get(id)).join();
          return `${sender} ${(time - NOON * 1000) / 1000} ${list}`;
        });
    };
    const [noor, exporter] = ["@u2noor:slack.invalid", "@exporter:slack.invalid"];
    expect(await pinned(pin(1, NOON + 20), pin(0, NOON + 10))).to.deep.equal([`${noor} 10 a`, `${noor} 20 a,b`]);
    expect(await pinned(pin(0, NOON + 10), pin(1, "soon"))).to.deep.equal([`${noor} 10 a`, `${exporter} 10 a,b`]);
  });
});
