import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../support/command-line.ts";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Secrets } from "../../support/secrets.ts";
import type { Service } from "../../support/service.ts";
import { rawEntries, rawZip } from "../../unit/bundle/raw-zip.ts";
import { eventually, membershipOf, said } from "../bot/talk.ts";
import { Api } from "../http/api.ts";

/** What a door is tried with. */
export interface Visit {
  service: Service;
  secrets: Secrets;
  /** an admin by the configuration */
  ann: MatrixClient;
  /** may use the service, and is in no room of hers */
  eve: MatrixClient;
  /** may not use the service */
  mallory: MatrixClient;
  /** a room of ann's with secrets in everything that can hold one; the service user is in it */
  room: string;
  /** a bundle of it */
  bundle: Buffer;
  /** Makes the call, looks into the answer where it is an error, and gives its body. */
  ask(api: Api, path: string, init?: RequestInit): Promise<Buffer>;
}

/** Makes a room whose every text is a secret, with the service user in it. */
export async function secretRoom(ann: MatrixClient, service: Service, secrets: Secrets): Promise<string> {
  const named = { name: secrets.mark("name of a room"), topic: secrets.mark("topic"), invite: [service.userId] };
  const room = await ann.createRoom(named);
  const first = await ann.say(room, secrets.mark("body of a message"));
  await ann.edit(room, first, secrets.mark("body of an edit"));
  await ann.redact(room, await ann.say(room, secrets.mark("body of a redacted message")), secrets.mark("reason"));
  await ann.send(room, "m.reaction", {
    "m.relates_to": { rel_type: "m.annotation", event_id: first, key: secrets.mark("reaction") },
  });
  const name = `${secrets.mark("name of a file")}.txt`;
  const file = await ann.upload(Buffer.from(secrets.mark("content of a file")), "text/plain", name);
  await ann.send(room, "m.room.message", { msgtype: "m.file", body: name, filename: name, url: file });
  await ann.setState(room, "org.example.secret", { value: secrets.mark("content of state") }, "");
  await ann.setDisplayName(secrets.mark("display name"));
  await eventually("the bot joins", async () => (await membershipOf(service.userId, ann, room)) === "join");
  return room;
}

/** A wrong value is named to the one who sent it. */
const TOLD = "an error answer";

const exportPath = (room: string): string => `/v1/rooms/${encodeURIComponent(room)}/export`;

/** Every door of the service: whoever adds one adds it here. */
export const DOORS: Record<string, (visit: Visit) => Promise<void>> = {
  async "exports over HTTP, granted and refused"({ service, ann, eve, mallory, room, secrets, ask }) {
    const api = new Api(service, ann.token);
    await ask(api, exportPath(room));
    await ask(new Api(service, service.adminToken), `${exportPath(room)}?as=${encodeURIComponent(ann.userId)}`);
    for (const user of [eve, mallory]) {
      await ask(new Api(service, user.token), exportPath(room));
      await ask(new Api(service, user.token), `${exportPath(room)}s`, { method: "POST" });
    }
    const queued = await ask(api, `${exportPath(room)}s`, { method: "POST" });
    const { job_id: id } = JSON.parse(queued.toString()) as { job_id: string };
    await api.ended(id);
    await ask(api, `/v1/jobs/${id}/bundle`);
    await ask(new Api(service, eve.token), `/v1/jobs/${id}/bundle`);
    for (const [method, path] of [
      ["GET", `/v1/jobs/${secrets.mark("id of a job that is none")}/bundle`],
      ["DELETE", `/v1/jobs/${secrets.mark("id of a job that is none")}`],
      ["POST", `/v1/jobs/${secrets.mark("id of a job that is none")}/retry`],
      ["GET", `${exportPath(room)}?since=${secrets.mark("value of a parameter", TOLD)}`],
      ["GET", `/v1/${secrets.mark("address that is none")}?q=${secrets.mark("search term")}`],
    ] as const)
      await ask(api, path, { method });
  },

  async "imports over HTTP, granted and refused"({ service, ann, eve, mallory, bundle, secrets, ask }) {
    const folder = await mkdtemp(join(tmpdir(), "secrets-"));
    const upload = async (user: MatrixClient, content: Buffer, fields: Record<string, string> = {}): Promise<void> => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set("bundle", new Blob([Uint8Array.from(content)]), `${secrets.mark("name of an uploaded file")}.zip`);
      await ask(new Api(service, user.token), "/v1/rooms/import?wait=60", { method: "POST", body: form });
    };
    await upload(ann, bundle);
    await upload(mallory, bundle);
    await upload(eve, bundle, { workspace_id: secrets.mark("workspace that is none") });
    await upload(eve, bundle, { as: ann.userId });
    for (const broken of await brokenBundles(secrets)) await upload(ann, broken);
    const file = join(folder, `${secrets.mark("name of a file")}.zip`);
    await writeFile(file, secrets.mark("content of a file that is no bundle"));
    const { body } = await postImport(service, ann.token, file);
    secrets.look("an error answer", JSON.stringify(body));
    await rm(folder, { recursive: true });
  },

  async "rooms with rules, made and guarded"({ service, ann, eve, mallory, secrets, ask }) {
    const api = new Api(service, ann.token);
    const send = (of: Api, path: string, body: object, method = "POST"): Promise<Buffer> =>
      ask(of, path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const named = (what: string): object => ({ name: secrets.mark(`name of ${what}`), topic: secrets.mark("topic") });
    const made = await send(api, "/v1/rooms", { ...named("an incognito room"), scope_kind: "incognito" });
    const { room_id: room } = JSON.parse(made.toString()) as { room_id: string };
    const at = `/v1/rooms/${encodeURIComponent(room)}`;
    await ann.join(room);
    await ann.say(room, secrets.mark("body of a message in an incognito room"));
    const key = secrets.mark("key of state in an incognito room");
    await ann.setState(room, secrets.mark("type of state in an incognito room"), { key }, key);
    await ann.setState(room, "m.room.member", { membership: "join", reason: secrets.mark("reason") }, ann.userId);
    for (const [of, path, body, method] of [
      [new Api(service, mallory.token), "/v1/rooms", named("a room that was refused"), "POST"],
      [api, "/v1/rooms", { ...named("a room that was refused"), read_role_slugs: [secrets.mark("role")] }, "POST"],
      [new Api(service, eve.token), `${at}/policy`, { do_not_index: false }, "PUT"],
      [api, `${at}/invite`, { user_id: eve.userId }, "POST"],
      [api, `${at}/invite`, { user_id: secrets.mark("user that is none", TOLD) }, "POST"],
      [api, `${at}/kick`, { user_id: secrets.mark("user that is none", TOLD) }, "POST"],
      [api, `${at}/policy`, { read_role_slugs: [secrets.mark("role")] }, "PUT"],
      [api, `${at}/policy`, { do_not_index: secrets.mark("value in a body", TOLD) }, "PUT"],
      [api, "/v1/rooms", { ...named("a room"), workspace_id: secrets.mark("workspace that is none") }, "POST"],
      [api, `${at}/close`, {}, "POST"],
    ] as const)
      await send(of, path, body, method);
    for (const path of ["/v1/rooms", "/v1/workspaces", `/v1/workspaces?as=${secrets.mark("user that is none", TOLD)}`])
      await ask(api, path);
  },

  async "exports of all rooms"({ service, ann, eve, secrets, ask }) {
    const api = new Api(service, ann.token);
    const begin = (of: Api, body: object): Promise<Buffer> =>
      ask(of, "/v1/gdpr/export", { method: "POST", body: JSON.stringify(body) });
    await begin(new Api(service, eve.token), {});
    await begin(api, { user_id: secrets.mark("user that is none", TOLD) });
    await begin(api, { user_id: [secrets.mark("value in a body", TOLD)] });
    const { job_id: id } = JSON.parse((await begin(api, { user_id: ann.userId })).toString()) as { job_id: string };
    await api.ended(id);
    await ask(api, `/v1/jobs/${id}/bundle`);
    await ask(new Api(service, eve.token), `/v1/jobs/${id}/bundle`);
  },

  async "the feed for indexers"({ service, ann, eve, secrets, ask }) {
    await ask(new Api(service, ann.token), "/v1/index/events?limit=10");
    await ask(new Api(service, ann.token), `/v1/index/events?since=${secrets.mark("token of a feed")}`);
    await ask(new Api(service, eve.token), "/v1/index/events");
  },

  async "wrong tokens"({ service, secrets, ask }) {
    for (let i = 0; i < 3; i++) await ask(new Api(service, secrets.mark("wrong token")), "/v1/jobs");
    const headers = { authorization: `Bearer ${secrets.mark("wrong token of a homeserver")}` };
    const body = JSON.stringify({
      events: [{ type: "m.room.message", content: { body: secrets.mark("pushed message") } }],
    });
    const path = `/_matrix/app/v1/transactions/${secrets.mark("id of a transaction")}`;
    const answer = await fetch(service.url + path, { method: "PUT", headers, body });
    secrets.look("an error answer", await answer.text());
  },

  async "the bot"({ service, ann, mallory, room, secrets }) {
    await ann.invite(room, mallory.userId);
    await mallory.join(room);
    for (const words of ["!export", "!jobs", "!help", `!${secrets.mark("command that is none")}`])
      await mallory.say(room, words);
    const file = { msgtype: "m.file", body: secrets.mark("name of a file"), url: `mxc://x/${secrets.mark("file")}` };
    const target = await ann.send(room, "m.room.message", file);
    await ann.send(room, "m.room.message", {
      msgtype: "m.text",
      body: `!import ${secrets.mark("workspace that is none")}`,
      "m.relates_to": { "m.in_reply_to": { event_id: target } },
    });
    for (const command of [
      "export --since",
      "export --",
      "cancel",
      "retry",
      "import",
      "audit",
      "audit --action",
      "room create",
      "room create --topic",
      "room create --roles",
      "room policy",
      "room policy --roles",
      "room invite",
      "room kick",
      "room close",
      "room",
      "rooms",
    ])
      await ann.say(room, `!${command} ${secrets.mark(`argument of !${command}`)}`);
    await ann.say(room, `!room create ${secrets.mark("name of a room")} --topic ${secrets.mark("topic")} --incognito`);
    await said(service.userId, ann, room, "The room is made");
    await ann.say(room, "!export --no-media");
    await said(service.userId, ann, room, "is done");
    await ann.say(room, "!help");
    await said(service.userId, ann, room, "!jobs");
  },

  async "the command line"({ service, ann, eve, room, secrets, bundle }) {
    const folder = await mkdtemp(join(tmpdir(), "secrets-"));
    const roomporter = async (token: string, args: string[], stdin?: Uint8Array): Promise<void> => {
      const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: token, XDG_CONFIG_HOME: folder };
      const { code, stderr } = await runProgram(args, { env, ...(stdin && { stdin }) });
      if (code !== 0) secrets.look("stderr of the command line", stderr);
    };
    await roomporter(ann.token, ["room", "export", room, "-o", join(folder, "room.zip")]);
    await roomporter(eve.token, ["room", "export", room]);
    await roomporter(secrets.mark("wrong token"), ["jobs", "list"]);
    await roomporter(eve.token, ["room", "import", secrets.mark("workspace that is none")], bundle);
    await roomporter(eve.token, ["room", "import"], Buffer.from(secrets.mark("content of a file that is no bundle")));
    await roomporter(eve.token, ["audit", "list"]);
    await roomporter(ann.token, ["audit", "list", "--actor", `@${secrets.mark("search term")}:x`]);
    const name = secrets.mark("name of a room");
    await roomporter(ann.token, ["room", "create", name, "--topic", secrets.mark("topic"), "--incognito"]);
    await roomporter(eve.token, ["room", "create", name, "--roles", secrets.mark("role")]);
    await roomporter(eve.token, ["room", "create", name, "--workspace", secrets.mark("workspace that is none")]);
    await roomporter(eve.token, [
      "room",
      "invite",
      room,
      secrets.mark("user that is none", "stderr of the command line"),
    ]);
    await roomporter(eve.token, ["room", "policy", room, "--roles", secrets.mark("role")]);
    await roomporter(eve.token, ["room", "close", room, "--yes"]);
    await roomporter(ann.token, ["room", "list"]);
    await roomporter(eve.token, ["gdpr", "export", "-o", join(folder, "rooms.zip")]);
    await roomporter(ann.token, ["gdpr", "export", "--user", eve.userId, "-o", join(folder, "rooms.zip")]);
    await rm(folder, { recursive: true });
  },
};

/** Bundles that are wrong in several ways, with secrets where they are wrong. */
async function brokenBundles(secrets: Secrets): Promise<Buffer[]> {
  const talk = new Conversation();
  talk.say(ALICE, secrets.mark("body of a message in a broken bundle"));
  const name = `${secrets.mark("name of a file in a broken bundle")}.txt`;
  const url = talk.file(Buffer.from(secrets.mark("content of a file in a broken bundle")), "text/plain", name);
  talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: name, url });
  const whole = await talk.write();
  const incognito = await talk.write((head) => {
    head.room.name = secrets.mark("name of a room in a bundle");
    head.room.scope.scope_kind = "incognito";
  });
  const good = await readFile(whole.file);
  const refused = await readFile(incognito.file);
  await Promise.all([whole.remove(), incognito.remove()]);
  const entries = rawEntries(good);
  const changed = (change: (entry: (typeof entries)[number]) => object): Buffer =>
    rawZip(entries.map((entry) => ({ ...entry, ...change(entry) })));
  const text = (entry: (typeof entries)[number]): string => entry.data.toString();
  return [
    refused,
    good.subarray(0, good.length / 2),
    rawZip([...entries, { name: `media/${secrets.mark("name of an entry")}`, data: Buffer.from("x") }]),
    changed((entry) => (entry.name === "manifest.json" ? { data: Buffer.from(text(entry).slice(0, -9)) } : {})),
    changed((entry) =>
      entry.name === "manifest.json"
        ? { data: Buffer.from(text(entry).replace('"content":', `"${secrets.mark("member of an event")}":`)) }
        : {},
    ),
    changed((entry) =>
      entry.name === "manifest.json" ? {} : { data: Buffer.from(secrets.mark("content of a file")) },
    ),
  ];
}
