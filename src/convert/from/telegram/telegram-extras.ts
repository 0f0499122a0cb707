import type { Fields } from "../../input/fields.ts";
import { plainText } from "./telegram-parts.ts";
import { isPicture } from "./telegram-files.ts";
import { amount } from "./telegram-service.ts";

/** Where the place is that a message shares; never with an exponent, which the address must not have. */
export function geoUri(message: Fields): string | undefined {
  const place = message.object("location_information");
  const [latitude, longitude] = [place?.number("latitude"), place?.number("longitude")];
  if (latitude === undefined || longitude === undefined) return undefined;
  return `geo:${degrees(latitude)},${degrees(longitude)}`;
}

function degrees(value: number): string {
  return String(Number(value.toFixed(6)) || 0);
}

/** What a message shares besides text and files, in words. */
export function extraLines(message: Fields): string[] {
  const contact = message.object("contact_information");
  const invoice = message.object("invoice_information");
  const name = [contact?.anyText("first_name"), contact?.anyText("last_name")].filter(Boolean).join(" ");
  const lines = [
    joined("", " – ", message.anyText("performer"), message.anyText("title")),
    // a sticker that is a picture has its emoji as its name
    message.text("media_type") === "sticker" && !isPicture(message) ? message.anyText("sticker_emoji") : undefined,
    contact && joined("Contact: ", ", ", name, contact.anyText("phone_number")),
    joined("", ", ", message.anyText("place_name"), message.anyText("address")),
    geoUri(message),
    joined("", " ", message.anyText("game_title"), message.anyText("game_link")),
    message.anyText("game_description"),
    invoice && joined("Invoice: ", ", ", invoice.anyText("title"), invoice.anyText("description"), amount(invoice)),
    ...todo(message.object("todo_list")),
    giveaway(message.object("giveaway_information") ?? message.object("giveaway_results")),
    message.text("media_type") === "story" || message.has("story_id") ? "Story" : undefined,
    dice(message.object("dice")),
    joined("via ", "", message.anyText("via_bot")),
    joined("— ", "", message.anyText("author")),
  ];
  return lines.filter((line): line is string => Boolean(line));
}

/** Undefined where there is nothing to join. */
function joined(before: string, between: string, ...parts: (string | undefined)[]): string | undefined {
  const full = parts.filter(Boolean);
  return full.length === 0 ? undefined : before + full.join(between);
}

function todo(list: Fields | undefined): string[] {
  if (!list) return [];
  const items = [...list.objects("answers"), ...list.objects("items")];
  return [`To do: ${plainText(list.raw("title"))}`, ...items.map((item) => `- ${plainText(item.raw("text"))}`)];
}

function giveaway(found: Fields | undefined): string | undefined {
  if (!found) return undefined;
  const prize = [
    counted(found, "quantity", "prize"),
    counted(found, "months", "month"),
    counted(found, "stars", "star"),
  ];
  return (
    joined(
      "Giveaway: ",
      ", ",
      ...prize,
      joined("until ", "", found.anyText("until_date")),
      found.anyText("additional_prize"),
    ) ?? "Giveaway"
  );
}

function counted(holder: Fields, name: string, what: string): string | undefined {
  const count = holder.number(name);
  return count === undefined ? undefined : `${count} ${what}${count === 1 ? "" : "s"}`;
}

function dice(found: Fields | undefined): string | undefined {
  return found && joined("", " ", found.anyText("emoji"), found.id("value"));
}
