import { expect } from "chai";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { schemathesisPython } from "../../../../scripts/schemathesis.js";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { registerServerAdmin } from "../../../support/server-admin.ts";
import { unique } from "../../../support/users.ts";
import { ENDPOINT, reaction, text, type ModuleWorld } from "../world.ts";

const FUZZ = fileURLToPath(new URL("../fuzz.py", import.meta.url));
const EXAMPLES = 150;
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** What the module does not send, and that it then sends nothing. */
export function refusals(world: () => ModuleWorld): void {
  it("refuses what a single send refuses, with its status and code, and then sends nothing", async () => {
    const { room, service, ground } = world();
    const [target = ""] = await world().sent([text("target")]);
    await world().sent([reaction(target)]);
    const thread = (event_id: string): JsonObject => text("x", { "m.relates_to": { rel_type: "m.thread", event_id } });
    const [inThread = ""] = await world().sent([thread(target)]);
    const faulty: Record<string, JsonObject> = {
      "too large": text("x".repeat(70_000)),
      "a type that is too long": { type: "t".repeat(300), content: {} },
      "no body": { type: "m.room.message", content: { msgtype: "m.text" } },
      "a number that is none": text("x", { ratio: 1.5 }),
      "mentions that are none": text("x", { "m.mentions": { user_ids: 5 } }),
      "the same reaction twice": reaction(target),
      "a reaction without a key": {
        type: "m.reaction",
        content: { "m.relates_to": { rel_type: "m.annotation", event_id: target } },
      },
      "a thread in a thread": thread(inThread),
      "a relation to nothing": reaction("$nothing"),
      "state without a state key": { type: "m.room.name", content: { name: "x" } },
      "a member without a state key": { type: "m.room.member", content: { membership: "join" } },
      "the redaction of the room's making": { type: "m.room.redaction", content: { redacts: `$${room.slice(1)}` } },
      "a redaction of nothing named": { type: "m.room.redaction", content: {} },
      "a lone surrogate": text("\ud800"),
      "what a spam checker refuses": text("spam"),
      ...(ground.asksModules && { "what another module refuses": text("not allowed") }),
    };
    const held = async (): Promise<string[][]> => [
      await world().timelineIds(),
      (await service.state(room)).map(({ event_id }) => event_id),
    ];
    const before = await held();
    const txn = unique("refused");
    for (const [what, event] of Object.entries(faulty)) {
      const single = await world().single(event);
      const together = await world().batch([text("sound"), event, text("sound, too")], { txn });
      const wanted = single.status < 500 ? [single.status, single.body["errcode"]] : [400, "M_BAD_JSON"];
      expect(single.status, what).to.be.at.least(400);
      expect([together.status, together.body["errcode"]], what).to.deep.equal(wanted);
    }
    expect(await held()).to.deep.equal(before);
    expect(await world().sent([text("nothing was noted of what was refused")], { txn })).to.have.lengthOf(1);
  });

  it("takes back what is old where a single send may, and nowhere else", async () => {
    const [old = ""] = await world().sent([{ ...text("from 1970"), origin_server_ts: 5 }]);
    const redaction = { type: "m.room.redaction", content: { redacts: old } };
    const single = await world().single(redaction);
    expect(single.status).to.equal(world().ground.limitsRedactions ? 403 : 200);
    const together = await world().batch([text("sound"), redaction]);
    expect([together.status, together.body["errcode"]]).to.deep.equal([single.status, single.body["errcode"]]);
  });

  it("refuses in a batch what its own events make wrong", async () => {
    const before = await world().timelineIds();
    const inThread = text("x", { "m.relates_to": { rel_type: "m.thread", event_id: "$batch:0" } });
    const deeper = text("x", { "m.relates_to": { rel_type: "m.thread", event_id: "$batch:1" } });
    for (const [events, status, errcode] of [
      [[text("x"), reaction("$batch:0"), reaction("$batch:0")], 400, "M_DUPLICATE_ANNOTATION"],
      [[text("x"), inThread, deeper], 400, "M_UNKNOWN"],
      [[text("x"), reaction("$batch:1")], 400, "M_INVALID_PARAM"],
      [[text("x"), { type: "m.room.redaction", content: { redacts: "$batch:0" } }], 400, "M_INVALID_PARAM"],
    ] as const) {
      const refused = await world().batch([...events]);
      expect([refused.status, refused.body["errcode"]], JSON.stringify(events)).to.deep.equal([status, errcode]);
    }
    expect(await world().timelineIds()).to.deep.equal(before);
  });

  it("refuses where the service may not send, as a single send is", async () => {
    const { service, person } = world();
    const muted = await person.createRoom({ invite: [service.userId], room_version: "12" });
    await service.join(muted);
    const before = await person.timeline(muted);
    const levels = await person.stateContent(muted, "m.room.power_levels");
    await person.setState(muted, "m.room.power_levels", { ...levels, events_default: 50 });
    const foreign = await person.createRoom();
    const old = await service.createRoom({ room_version: "10" });
    for (const room of [muted, foreign, "!nowhere"]) {
      const [together, single] = [await world().batch([text("x")], { room }), await world().single(text("x"), room)];
      expect([together.status, together.body["errcode"]], room).to.deep.equal([single.status, single.body["errcode"]]);
    }
    const tooOld = await world().batch([text("x")], { room: old });
    expect([tooOld.status, tooOld.body["errcode"]]).to.deep.equal([400, "M_INCOMPATIBLE_ROOM_VERSION"]);
    expect(await person.timeline(muted)).to.have.lengthOf(before.length + 1);
  });

  it("refuses what a suspended service may not send, also behind what it may", async () => {
    const { synapse, service } = world();
    const admin = await registerServerAdmin(synapse, unique("root"));
    // only who was registered can be suspended; the sender of a registration file is there without
    const username = /@(.*?):/.exec(service.userId)?.[1] ?? "";
    await world().call("POST", "/_matrix/client/v3/register", { type: "m.login.application_service", username });
    const path = `/_synapse/admin/v1/suspend/${encodeURIComponent(service.userId)}`;
    const suspend = (yes: boolean): Promise<unknown> => admin.request("PUT", path, { json: { suspend: yes } });
    const [own = ""] = await world().sent([text("own")]);
    const before = await world().timelineIds();
    await suspend(true);
    try {
      const single = await world().single(text("x"));
      expect(single.status).to.equal(403);
      const redaction = { type: "m.room.redaction", content: { redacts: own } };
      for (const events of [[text("x")], [redaction, text("x")]]) {
        const together = await world().batch(events);
        expect([together.status, together.body["errcode"]]).to.deep.equal([403, single.body["errcode"]]);
      }
    } finally {
      await suspend(false);
    }
    expect(await world().timelineIds()).to.deep.equal(before);
  });

  it(`answers a body of any kind, and never with a failure of its own (SEED=${String(SEED)})`, async function () {
    this.timeout(120_000);
    const { synapse, service, room } = world();
    const call = [`${synapse.url}${ENDPOINT}/batch`, service.token, room, String(SEED), String(EXAMPLES)];
    await promisify(execFile)(schemathesisPython(), [FUZZ, ...call]).catch((error: unknown) => {
      const log = readFileSync(join(synapse.dir, "homeserver.log"), "utf8");
      throw new Error(`${String(error)}\n${log.slice(-5000)}`, { cause: error });
    });
  });
}
