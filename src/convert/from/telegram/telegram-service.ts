import type { Fields } from "../../input/fields.ts";
import { plainText } from "./telegram-parts.ts";

const TITLES = ["create_group", "create_channel", "edit_group_title", "migrate_from_group"];

/** What every service message has, and what is told otherwise. */
const COMMON = [
  ...["id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "actor", "actor_id", "from", "from_id"],
  ...[
    "action",
    "text",
    "text_entities",
    "photo",
    "width",
    "height",
    "message_id",
    "game_message_id",
    "invoice_message_id",
  ],
  ...["reply_to_message_id", "reply_to_peer_id", "peer_id", "to_id", "new_icon_emoji_id", "reactions"],
];

/** The title that a service message gives to the chat. */
export function titleOf(message: Fields): string | undefined {
  return TITLES.includes(message.text("action") ?? "") ? message.anyText("title") : undefined;
}

/** What a service message tells, in words: its action, and everything that it says about it. */
export function serviceText(message: Fields): string {
  const action = message.anyText("action");
  const information = message.anyText("information_text");
  const what = action?.replaceAll("_", " ") ?? (information === undefined ? "service message" : "");
  const details = Object.keys(message.value).flatMap((name) => detail(message, name) ?? []);
  const told = [what, details.join(", ")].filter(Boolean).join(": ");
  return [told, plainText(message.raw("text"))].filter(Boolean).join("\n");
}

function detail(message: Fields, name: string): string | undefined {
  if (COMMON.includes(name) && !(name === "from" && message.has("to"))) return undefined;
  const value = message.raw(name);
  switch (name) {
    case "members":
      return message
        .list(name)
        .map((member) => (typeof member === "string" ? member : "Deleted Account"))
        .join(", ");
    case "duration_seconds":
    case "duration":
      return duration(message.number(name));
    case "period":
      return period(message.number(name));
    case "schedule_date":
    case "until_date":
      return typeof value === "number" ? date(value) : text(value);
    case "amount":
      return amount(message);
    case "currency":
      return message.has("amount") ? undefined : text(value);
    case "months":
      return counted(message.number(name), "month");
    case "boosts":
      return counted(message.number(name), "boost");
    case "distance":
      return `${text(value) ?? ""} m`;
    case "score":
      return `score ${text(value) ?? ""}`;
    case "discard_reason":
      return value === "hangup" ? "hung up" : text(value);
    case "inviter":
      return `invited by ${text(value) ?? ""}`;
    case "from":
      return `from ${text(value) ?? ""}`;
    case "to":
      return `to ${text(value) ?? ""}`;
    case "title":
    case "new_title":
    case "information_text":
    case "emoticon":
    case "cost":
      return text(value);
    default: {
      const said = text(value);
      return said === undefined ? undefined : `${name.replaceAll("_", " ")} ${said}`;
    }
  }
}

/** A value as it stands; objects have no words. */
function text(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each) => text(each) ?? []).join(" ") || undefined;
}

function counted(count: number | undefined, what: string): string | undefined {
  return count === undefined ? undefined : `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `seconds` as a clock shows them. */
function duration(seconds: number | undefined): string | undefined {
  if (seconds === undefined || !(seconds >= 0)) return undefined;
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

function period(seconds: number | undefined): string | undefined {
  if (seconds === 0) return "off";
  const [size, name] = UNITS.find(([each]) => seconds !== undefined && seconds % each === 0) ?? [1, "second"];
  return seconds === undefined ? undefined : counted(seconds / size, name);
}

function date(seconds: number): string | undefined {
  const found = new Date(seconds * 1000);
  return Number.isNaN(found.getTime()) ? undefined : `${found.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Currencies without a smaller unit (ISO 4217), and Telegram's own. */
const WHOLE = ["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XTR"];

/** Amounts are in the smallest unit of their currency. */
export function amount(holder: Fields): string | undefined {
  const number = holder.number("amount");
  const currency = holder.anyText("currency") ?? "";
  if (number === undefined) return undefined;
  return `${WHOLE.includes(currency) ? number : (number / 100).toFixed(2)} ${currency}`.trim();
}
