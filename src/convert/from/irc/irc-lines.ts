import type { WallTime } from "../../room/local-clock.ts";

/** What one line of a log tells. */
export interface IrcLine {
  kind: "message" | "action" | "notice" | "join" | "leave" | "kick" | "topic" | "told";
  /** who; undefined: the client or the server */
  nick: string | undefined;
  /** the words; the reason of a leave or kick; the new topic */
  text: string;
  /** who was kicked */
  target?: string | undefined;
}

export interface DatedLine extends IrcLine {
  time: WallTime;
}

/** Reads the lines of one file, in order. `odd`: the line is none that this client writes. */
export interface IrcDialect {
  /** Undefined: the line tells nothing, such as that the log was opened. */
  read(line: string): DatedLine | "odd" | undefined;
}

/** Marks of rank that clients put before nicks; a nick never begins with one (RFC 2812, 2.3.1). */
export function nickOf(text: string): string {
  return text.trim().replace(/^[~&@%+!]+(?=.)/, "");
}

const ADDRESS = String.raw`(?: [[(][^\s\])]*[\])])?`;
const SAID: readonly [RegExp, (groups: Record<string, string | undefined>) => IrcLine][] = [
  [new RegExp(`^(?<n>\\S+)${ADDRESS} has joined \\S+`), ({ n }) => ({ kind: "join", nick: n, text: "" })],
  [new RegExp(`^(?:Joins|Join): (?<n>\\S+)`), ({ n }) => ({ kind: "join", nick: n, text: "" })],
  [
    new RegExp(`^(?<n>\\S+)${ADDRESS} has (?:left|quit)(?: \\S+?)??(?: [[(](?<r>.*)[\\])])?$`),
    ({ n, r }) => leave(n, r),
  ],
  [/^(?:Parts|Quits|Part|Quit): (?<n>\S+)(?: \([^\s)]*\))?(?: \((?<r>.*)\))?$/, ({ n, r }) => leave(n, r)],
  [/^(?<n>\S+) has kicked (?<t>\S+)(?: \((?<r>.*)\))?$/, ({ n, t, r }) => kick(n, t, r)],
  [/^(?<t>\S+) was kicked (?:from \S+ )?by (?<n>\S+)(?: [[(](?<r>.*)[\])])?$/, ({ n, t, r }) => kick(n, t, r)],
  [/^(?<n>\S+) has changed topic for \S+ (?:from ".*" )?to "(?<r>.*)"$/, ({ n, r }) => topic(n, r)],
  [/^(?<n>\S+) changed the topic of \S+ to: (?<r>.*)$/, ({ n, r }) => topic(n, r)],
  [/^(?<n>\S+) changes topic to '(?<r>.*)'$/, ({ n, r }) => topic(n, r)],
  [/^(?<n>\S+) has unset topic for \S+/, ({ n }) => topic(n, "")],
  [/^Topic unset by (?<n>\S+) on \S+$/, ({ n }) => topic(n, "")],
  [/^Notice\((?<n>[^\s)]+)(?: -> [^)]*)?\): (?<r>.*)$/, ({ n, r }) => ({ kind: "notice", nick: n, text: r ?? "" })],
];
const ACTORS = [
  /^(?<n>\S+) is now known as \S+$/,
  /^mode\/.* by (?<n>\S+)$/i,
  /^Mode .* by (?<n>\S+)$/,
  /^(?<n>\S+) sets mode: /,
];

/** What a client tells about people and the channel, in the words of WeeChat, irssi and ZNC. */
export function told(text: string): IrcLine {
  for (const [pattern, line] of SAID) {
    const groups = pattern.exec(text)?.groups;
    if (groups) {
      const found = line(groups);
      return { ...found, nick: found.nick === undefined ? undefined : nickOf(found.nick) };
    }
  }
  const actor = ACTORS.map((pattern) => pattern.exec(text)?.groups?.["n"]).find(Boolean);
  return { kind: "told", nick: actor === undefined ? undefined : nickOf(actor), text };
}

function leave(nick: string | undefined, reason: string | undefined): IrcLine {
  return { kind: "leave", nick, text: reason ?? "" };
}

function kick(nick: string | undefined, target: string | undefined, reason: string | undefined): IrcLine {
  return { kind: "kick", nick, target: target === undefined ? undefined : nickOf(target), text: reason ?? "" };
}

function topic(nick: string | undefined, text: string | undefined): IrcLine {
  return { kind: "topic", nick, text: text ?? "" };
}

/** An action's first word is who acts. */
export function action(text: string): IrcLine {
  const [, nick = "", rest = ""] = /^(\S+)\s?(.*)$/s.exec(text.trimStart()) ?? [];
  return { kind: "action", nick: nickOf(nick), text: rest };
}
