import type { ClientEvent } from "../../../matrix/event.ts";
import { member, objectMember, stringMember } from "../../../matrix/json.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";

const FOLDERS: Record<string, string> = { "m.image": "images", "m.video": "videos", "m.audio": "audio" };
const VOICE = ["org.matrix.msc2516.voice", "org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2"];
/** Time zones lie whole quarters of an hour apart. */
const QUARTER = 15;
/** What Element puts behind names that are taken already. */
const REPEATED = /_?\(\d+\)(?=\.[^./]*$|$)/;

/** How well a file fits a message: by the event's id, by size and time, by one of them, by its name alone. */
const BY_ID = 8;
const BY_SIZE = 4;
const BY_TIME = 2;
const BY_NAME = 1;

/** A message that shows a file. */
interface Attachment {
  eventId: string;
  /** the files that could be its own, and how well they fit */
  candidates: Map<string, number>;
}

/**
 * The files of Element's export. Today they are named by event ids; earlier they had the names of the messages with the time in
 * between, as the exporting person's language and time zone write it, and of two of one name and second only the later was kept.
 * So a file belongs to a message only where its id says so, or its size and its time do not say otherwise; each belongs to one.
 */
export class ElementFiles {
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #attachments: Attachment[] = [];
  readonly #known = new Set<string>();
  #assigned: Assigned | undefined;

  constructor(files: ExportFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Takes note of a message that shows a file. All of them have to be known before the first file is asked for. */
  note(event: ClientEvent): void {
    if (this.#known.has(event.event_id)) return;
    this.#known.add(event.event_id);
    const candidates = this.#candidates(event);
    if (candidates.size > 0) this.#attachments.push({ eventId: event.event_id, candidates });
  }

  find(eventId: string): { path: string; file: ExportFile } | "ambiguous" | undefined {
    this.#assigned ??= assign(this.#attachments);
    if (this.#assigned.ambiguous.has(eventId)) return "ambiguous";
    const path = this.#assigned.paths.get(eventId);
    if (path === undefined) return undefined;
    const file = this.#files.file(path);
    return file && { path, file };
  }

  #candidates(event: ClientEvent): Map<string, number> {
    const { type, content } = event;
    const msgtype = stringMember(content, "msgtype") ?? "";
    const kind = Object.hasOwn(FOLDERS, msgtype) ? FOLDERS[msgtype] : type === "m.sticker" ? "stickers" : "files";
    const folder = `${this.#folder}${kind ?? ""}/`;
    const id = `${folder}${event.event_id.replaceAll(/[^a-zA-Z0-9]/g, "")}`;
    const starts = this.#starts(event, folder);
    const size = member(objectMember(content, "info"), "size");
    const found = new Map<string, number>();
    for (const path of this.#files.paths) {
      if (!path.startsWith(folder)) continue;
      if (path.startsWith(id) && /^(?:_\(\d+\))?(?:\.[^./]*)?$/.test(path.slice(id.length))) found.set(path, BY_ID);
      const rest = starts.map(({ start, ending }) => between(path, start, ending)).find((text) => text !== undefined);
      if (rest === undefined) continue;
      const isOfSize = typeof size !== "number" || this.#files.file(path)?.size === size;
      const isOfTime = isAt(rest, event.origin_server_ts);
      if (!isOfSize || isOfTime === false) continue;
      const evidence = (typeof size === "number" ? BY_SIZE : 0) + (isOfTime ? BY_TIME : 0);
      found.set(path, Math.max(found.get(path) ?? 0, evidence || BY_NAME));
    }
    return found;
  }

  /** How names of its files begin and end, before they were those of events. */
  #starts({ type, content }: ClientEvent, folder: string): { start: string; ending: string }[] {
    const names = [stringMember(content, "body"), stringMember(content, "filename")];
    const isVoice = VOICE.some((key) => Object.hasOwn(content, key));
    return names.flatMap((name) => {
      if (name === undefined) return [];
      const dot = name.lastIndexOf(".");
      const [stem, ending] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
      return { start: `${folder}${stem}-`, ending: type === "m.sticker" ? ".png" : isVoice ? ".ogg" : ending };
    });
  }
}

function between(path: string, start: string, ending: string): string | undefined {
  const isOne = path.startsWith(start) && path.endsWith(ending) && path.length > start.length + ending.length;
  return isOne ? path.slice(start.length, path.length - ending.length) : undefined;
}

/** By the ids of events. */
interface Assigned {
  paths: ReadonlyMap<string, string>;
  ambiguous: ReadonlySet<string>;
}

/** Gives each message the file that fits it best and no other message as well; what is left is not to be told apart. */
function assign(attachments: readonly Attachment[]): Assigned {
  const assigned = new Map<string, string>();
  const taken = new Set<string>();
  const take = (eventId: string, path: string): void => {
    assigned.set(eventId, path);
    taken.add(path);
  };
  for (const strength of [BY_ID, BY_SIZE + BY_TIME, BY_SIZE, BY_TIME, BY_NAME]) {
    let before = -1;
    while (before !== taken.size) {
      before = taken.size;
      const claims = claimsOf(attachments, assigned, taken, strength);
      for (const { eventId, paths } of claims) {
        const [path, ...more] = paths;
        if (path === undefined || more.length > 0 || taken.has(path)) continue;
        if (claims.filter((claim) => claim.paths.includes(path)).length === 1) take(eventId, path);
      }
    }
    inOrder(claimsOf(attachments, assigned, taken, strength), take);
  }
  const left = attachments.filter(({ eventId, candidates }) => {
    return !assigned.has(eventId) && [...candidates.keys()].some((path) => !taken.has(path));
  });
  return { paths: assigned, ambiguous: new Set(left.map(({ eventId }) => eventId)) };
}

interface Claim {
  eventId: string;
  paths: string[];
}

function claimsOf(
  attachments: readonly Attachment[],
  assigned: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
  strength: number,
): Claim[] {
  return attachments
    .filter(({ eventId }) => !assigned.has(eventId))
    .map(({ eventId, candidates }) => {
      const paths = [...candidates].filter(([path, evidence]) => evidence === strength && !taken.has(path));
      return { eventId, paths: paths.map(([path]) => path) };
    })
    .filter(({ paths }) => paths.length > 0);
}

/** Where as many messages as files have one name, the files were numbered in the order of the messages. */
function inOrder(claims: readonly Claim[], take: (eventId: string, path: string) => void): void {
  const groups = Map.groupBy(claims, ({ paths }) => paths.toSorted().join("\n"));
  for (const group of groups.values()) {
    const paths = group[0]?.paths ?? [];
    const name = new Set(paths.map((path) => path.replace(REPEATED, "")));
    if (paths.length !== group.length || name.size !== 1) continue;
    const number = (path: string): number => Number(/\((\d+)\)/.exec(REPEATED.exec(path)?.[0] ?? "")?.[1] ?? 0);
    const ordered = paths.toSorted((a, b) => number(a) - number(b));
    for (const [index, { eventId }] of group.entries()) take(eventId, ordered[index] ?? "");
  }
}

/** Does the text hold a time like this one, in some time zone? Undefined where it holds none that can be read. */
function isAt(text: string, time: number): boolean | undefined {
  const date = new Date(time);
  const [minute, second] = [date.getUTCMinutes(), date.getUTCSeconds()];
  const times = [...text.matchAll(/(?<=\d\D)(\d\d)\D(\d\d)(?!\d)/g)];
  if (times.length === 0) return undefined;
  return times.some(([, shownMinute, shownSecond]) => {
    return Number(shownSecond) === second && (Number(shownMinute) - minute) % QUARTER === 0;
  });
}
