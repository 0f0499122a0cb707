import { createWriteStream, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { registerUser } from "../test/support/users.ts";
import { addMoreThanText } from "./more-than-text.ts";
import { Narrator } from "./narrator.ts";
import { roomporter } from "./roomporter.ts";
import { sampleConversation } from "./sample.ts";
import { startDemoServers } from "./servers.ts";
import { SourceRoom } from "./source-room.ts";

/** What the summary counts. */
const KINDS = [
  ["m.room.message", "messages and edits"],
  ["m.reaction", "reactions"],
  ["m.room.redaction", "redaction"],
  ["m.poll.response", "votes"],
] as const;

/** Who makes the room: the first to speak in the sample. */
const HOST = "sid77";

const keep = process.argv.includes("--keep");
const dir = fileURLToPath(new URL("../.cache/demo", import.meta.url));
const bundle = join(dir, "room.zip");
const again = join(dir, "room-again.zip");
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const tell = new Narrator();
tell.title("Roomporter: a real room, out and back in");

tell.step("A throwaway homeserver starts: Synapse on SQLite, with Roomporter registered as its application service");
const { clock, synapse, service, close } = await startDemoServers(dir, HOST);
tell.result(`Synapse at ${synapse.url}, Roomporter at ${service.url}`);

const lines = sampleConversation();
const progress = (done: number, total: number): void => tell.progress(done, total);
tell.step("People register and meet in a room");
const room = await SourceRoom.open(synapse.url, clock, lines, progress);
tell.result(`${room.people.size} people in ${room.roomId}`);
tell.step(`They talk: ${lines.length} messages of a real conversation, at their real dates`);
await room.talk(lines, progress);
tell.step("They share files, start a thread, edit, react, take back and vote");
await addMoreThanText(room);

tell.step("sid77, who made the room, exports it over HTTP");
await download(`/v1/rooms/${encodeURIComponent(room.roomId)}/export`, room.host.token, bundle);
tell.result(shown(bundle));
tell.step("The bundle is verified: every hash, the schema, the relations, the counts");
tell.result(firstLine(await roomporter(["bundle", "verify", bundle])));

const you = await registerUser(synapse.url, "you", "You");
tell.step("You import it on the command line; everything is sent by one user, with its author inside");
const newRoom = await roomporter(["room", "import"], { service, token: you.token, input: bundle });
await you.join(newRoom);
tell.result(`the new room is ${newRoom}`);

tell.step("You export the new room, and the two bundles are compared");
await roomporter(["room", "export", newRoom], { service, token: you.token, output: again });
tell.result(shown(again));
const compared = JSON.parse(await roomporter(["bundle", "diff", bundle, again, "--json"])) as { equivalent: boolean };
const { counts } = JSON.parse(await roomporter(["bundle", "show", bundle, "--json"])) as { counts: Counts };
if (!compared.equivalent) throw new Error("the bundles are not equivalent");

tell.title("Out and back in: equivalent");
tell.table([
  ["Bundle", `${relative(process.cwd(), bundle)}, ${kilobytes(bundle)}; roomporter bundle show looks into it`],
  [
    "Compared",
    `${counts.events} events of ${counts.senders} people, ${counts.media_files} files: ${inWords(counts.by_type)}`,
  ],
  ["", "order, authors, contents, times, relations and the hashes of files are the same"],
  ["Left behind", counts.ledger === 0 ? "nothing" : `${counts.ledger} things, named in the bundle's ledger`],
  ["New room", newRoom],
]);
tell.line();
if (keep) {
  // exports by the page are jobs, which read as the service user
  await room.host.invite(room.roomId, service.userId);
  tell.line("The web page, signed in as sid77, an admin of this service (the link works once, within a day):");
  tell.table([
    ["Page", await pageLink(room.host.token)],
    ["Export", "the original room"],
    ["Import", `drop ${shown(bundle)}`],
  ]);
  tell.line(
    "\nTo look into both rooms with a Matrix client such as https://app.element.io: Sign in, edit the homeserver, and enter",
  );
  tell.table([
    ["Homeserver", synapse.url],
    ["User", "you, password you: in the new room"],
    ["", "sid77, password sid77: in the original room, and on the web page once the link is used"],
  ]);
  tell.line("\nThe servers stay up until Ctrl-C.");
  await new Promise(() => setInterval(() => undefined, 60_000));
} else {
  tell.line(
    "To look into both rooms with a Matrix client: npm run demo -- --keep leaves the servers up and tells how to log in.",
  );
}
await close();

interface Counts {
  events: number;
  by_type: Record<string, number>;
  senders: number;
  media_files: number;
  ledger: number;
}

function inWords(byType: Record<string, number>): string {
  return KINDS.map(([type, word]) => `${byType[type] ?? 0} ${word}`).join(", ");
}

/** Opens the web page signed in, once: the homeserver gives a token for one login (client-server API, `POST /login/get_token`). */
async function pageLink(token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${synapse.url}/_matrix/client/v1/login/get_token`, {
    method: "POST",
    headers,
    body: "{}",
  });
  const { login_token: loginToken } = (await response.json()) as { login_token?: string };
  return loginToken === undefined ? service.url : `${service.url}/?loginToken=${loginToken}`;
}

/** GET from the service into a file. */
async function download(path: string, token: string, file: string): Promise<void> {
  const response = await fetch(service.url + path, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok || response.body === null) throw new Error(`GET ${path} → ${response.status}`);
  await pipeline(response.body, createWriteStream(file));
}

function shown(file: string): string {
  return `${relative(process.cwd(), file)}, ${kilobytes(file)}`;
}
function kilobytes(file: string): string {
  return `${Math.ceil(statSync(file).size / 1000)} kB`;
}
function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
