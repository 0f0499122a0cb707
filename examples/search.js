// A search engine over what Roomporter's feed delivers: `npm install minisearch`, then
//   ROOMPORTER_URL=… ROOMPORTER_TOKEN=… node search.js update index.json    as often as you like
//   node search.js find index.json tea kettle
// docs/indexing.md explains it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import MiniSearch from "minisearch";

/** @typedef {{ type: string, next: string, room_id: string, event_id: string, sender: string, origin_server_ts: number, body?: string, more?: boolean }} Line */

const OPTIONS = {
  idField: "event_id",
  fields: ["body"],
  storeFields: ["room_id", "sender", "origin_server_ts", "body"],
};

const [command, file, ...words] = process.argv.slice(2);
if (command === "update" && file !== undefined) await update(file);
else if (command === "find" && file !== undefined) find(file, words.join(" "));
else throw new Error("usage: search.js update FILE | search.js find FILE WORDS…");

/**
 * Takes in what is new. May be killed at any time: the index and the token that belongs to it are one file, replaced as a whole.
 * @param {string} path
 */
async function update(path) {
  const { index, next } = load(path);
  let token = next;
  for (let more = true; more;) {
    const answer = await ask(token);
    if (answer.status === 400) throw new Error("the service does not know this token: delete the index and begin anew");
    if (!answer.ok || !answer.body) throw new Error(`the service answers ${answer.status}`);
    more = true;
    const lines = /** @type {AsyncIterable<string>} */ (createInterface({ input: Readable.fromWeb(answer.body) }));
    for await (const text of lines) {
      const line = /** @type {Line} */ (JSON.parse(text));
      apply(index, line);
      token = line.next;
      if (line.type === "end") more = line.more === true;
    }
    save(path, { next: token, index });
  }
}

/** @param {string | undefined} since */
function ask(since) {
  const { ROOMPORTER_URL: url = "", ROOMPORTER_TOKEN: token = "" } = process.env;
  const query = new URLSearchParams({ limit: process.env["LIMIT"] ?? "500", ...(since !== undefined && { since }) });
  return fetch(`${url}/v1/index/events?${query.toString()}`, { headers: { authorization: `Bearer ${token}` } });
}

/**
 * A line may come twice: each does the same again.
 * @param {MiniSearch} index
 * @param {Line} line
 */
function apply(index, line) {
  if (line.type === "event" && line.body !== undefined) {
    if (index.has(line.event_id)) index.replace(line);
    else index.add(line);
  } else if (line.type === "remove" && index.has(line.event_id)) {
    index.discard(line.event_id);
  } else if (line.type === "remove_room") {
    const inRoom = index.search(MiniSearch.wildcard, { filter: ({ room_id }) => room_id === line.room_id });
    index.discardAll(inRoom.map(({ id }) => String(id)));
  }
}

/** @param {string} path @param {string} query */
function find(path, query) {
  for (const found of load(path).index.search(query, { prefix: true, fuzzy: 0.2 })) {
    const { sender, origin_server_ts, body } = /** @type {Line} */ (/** @type {unknown} */ (found));
    console.log(`${new Date(origin_server_ts).toISOString()} ${sender}: ${body ?? ""}`);
  }
}

/** @param {string} path @returns {{ next: string | undefined, index: MiniSearch }} */
function load(path) {
  if (!existsSync(path)) return { next: undefined, index: new MiniSearch(OPTIONS) };
  const { next, index } = /** @type {{ next: string, index: import("minisearch").AsPlainObject }} */ (
    JSON.parse(readFileSync(path, "utf8"))
  );
  return { next, index: MiniSearch.loadJS(index, OPTIONS) };
}

/** @param {string} path @param {{ next: string | undefined, index: MiniSearch }} state */
function save(path, state) {
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}
