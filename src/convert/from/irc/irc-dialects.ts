import type { WallTime } from "../../room/local-clock.ts";
import { action, nickOf, told, type DatedLine, type IrcDialect, type IrcLine } from "./irc-lines.ts";

const WEECHAT = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\t([^\t]*)\t(.*)$/s;
const IRSSI = /^(\d\d):(\d\d)(?::(\d\d))? (.*)$/s;
const IRSSI_DATE = /^--- (?:Log opened|Day changed|Log closed) \S+ (\S+) (\d{1,2}) (?:(\d\d):(\d\d):(\d\d) )?(\d{4})$/;
const ZNC = /^\[(\d\d):(\d\d):(\d\d)\] (.*)$/s;
const ZNC_DATE = /(\d{4})-?(\d\d)-?(\d\d)\.log$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The dialect of a log by its first lines and its path; undefined where it is none that is known. */
export function dialectOf(lines: readonly string[], path: string): IrcDialect | undefined {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (WEECHAT.test(first)) return { read: weechat };
  if (IRSSI_DATE.test(first)) return irssi();
  const [, year, month, day] = ZNC_DATE.exec(path) ?? [];
  if (!ZNC.test(first) || year === undefined) return undefined;
  return znc({ year: Number(year), month: Number(month), day: Number(day) });
}

/** The logger plugin of WeeChat at its defaults: time, prefix and text between tabs. */
function weechat(line: string): DatedLine | "odd" | undefined {
  const found = WEECHAT.exec(line);
  if (!found) return "odd";
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const [prefix = "", text = ""] = found.slice(7);
  return { ...weechatLine(prefix, text), time: { year, month, day, hour, minute, second } };
}

function weechatLine(prefix: string, text: string): IrcLine {
  if (prefix === " *") return action(text);
  if (["-->", "<--", "--", "=!=", ""].includes(prefix.trim())) return told(text);
  return { kind: "message", nick: nickOf(prefix), text };
}

/** irssi's autolog at its defaults: minutes, with the days on lines of their own. */
function irssi(): IrcDialect {
  let date: Pick<WallTime, "year" | "month" | "day"> | undefined;
  return {
    read(line) {
      const [, name = "", day = "", , , , year = ""] = IRSSI_DATE.exec(line) ?? [];
      if (year !== "") {
        date = { year: Number(year), month: MONTHS.indexOf(name) + 1, day: Number(day) };
        return undefined;
      }
      const found = IRSSI.exec(line);
      if (!found || !date) return "odd";
      const [, hour, minute, second, text = ""] = found;
      return {
        ...irssiLine(text),
        time: { ...date, hour: Number(hour), minute: Number(minute), second: Number(second ?? 0) },
      };
    },
  };
}

function irssiLine(text: string): IrcLine {
  const [, nick, words] = /^<(\S+|[ ~&@%+!]\S+)> ?(.*)$/s.exec(text) ?? [];
  if (nick !== undefined) return { kind: "message", nick: nickOf(nick), text: words ?? "" };
  if (text.startsWith("-!- ")) return told(text.slice("-!- ".length));
  if (/^ ?\* /.test(text)) return action(text.replace(/^ ?\* /, ""));
  const [, from, notice] = /^-([^\s():-]+)(?:[(:][^\s]*)?- (.*)$/s.exec(text) ?? [];
  return from === undefined
    ? { kind: "told", nick: undefined, text }
    : { kind: "notice", nick: from, text: notice ?? "" };
}

/** The log module of ZNC: a file a day. */
function znc(date: Pick<WallTime, "year" | "month" | "day">): IrcDialect {
  return {
    read(line) {
      const found = ZNC.exec(line);
      if (!found) return "odd";
      const [, hour, minute, second, text = ""] = found;
      return {
        ...zncLine(text),
        time: { ...date, hour: Number(hour), minute: Number(minute), second: Number(second) },
      };
    },
  };
}

function zncLine(text: string): IrcLine {
  const [, nick, words] = /^<(\S+)> ?(.*)$/s.exec(text) ?? [];
  if (nick !== undefined) return { kind: "message", nick: nickOf(nick), text: words ?? "" };
  if (text.startsWith("*** ")) return told(text.slice("*** ".length));
  if (text.startsWith("* ")) return action(text.slice("* ".length));
  const [, from, notice] = /^-(\S+?)- ?(.*)$/s.exec(text) ?? [];
  return from === undefined
    ? { kind: "told", nick: undefined, text }
    : { kind: "notice", nick: from, text: notice ?? "" };
}
