import type { TelegramMessage } from "./telegram-shapes.ts";

const TITLES = ["create_group", "create_channel", "edit_group_title", "migrate_from_group"];

/** The title that a service message gives to the chat. */
export function titleOf({ action, title }: TelegramMessage): string | undefined {
  return action && title && TITLES.includes(action) ? title : undefined;
}

/** What a service message tells, in words: its action and whom or what it was about. */
export function serviceText({ action, title, members, text }: TelegramMessage): string {
  const about = [title, ...(members ?? []).map((name) => name ?? "Deleted Account")].filter(Boolean).join(", ");
  const said = typeof text === "string" ? text : "";
  const what = (action ?? "service message").replaceAll("_", " ");
  return [about === "" ? what : `${what}: ${about}`, said].filter(Boolean).join("\n");
}
