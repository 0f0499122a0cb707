import type { JsonValue } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { SlackNames } from "../../text/slack-mrkdwn.ts";

/** Who and what a workspace knows by an id. */
export class SlackPeople implements SlackNames {
  readonly channels = new Map<string, string>();
  readonly #users = new Map([["USLACKBOT", "Slackbot"]]);
  /** the user of a bot */
  readonly #bots = new Map<string, string>();

  /** A line of users.json. */
  add(value: JsonValue | undefined): void {
    const user = Fields.of(value, () => undefined);
    const id = user?.id("id");
    if (!user || id === undefined) return;
    const profile = user.object("profile");
    this.learn(id, profile?.anyText("display_name", "real_name") ?? user.anyText("real_name", "name"));
    const bot = profile?.id("bot_id");
    if (bot !== undefined) this.#bots.set(bot, id);
  }

  /** What a message says of its author, for people of other workspaces are in no list. */
  learn(id: string, name: string | undefined): void {
    if (name !== undefined && !this.#users.has(id)) this.#users.set(id, name);
  }

  user(id: string): string | undefined {
    return this.#users.get(id) ?? this.#users.get(this.#bots.get(id) ?? "");
  }

  channel(id: string): string | undefined {
    return this.channels.get(id);
  }

  /** The account of a bot, where the list of users holds it. */
  account(bot: string): string {
    return this.#bots.get(bot) ?? bot;
  }
}

/** The name that a message gives to its author. */
export function profileName(message: Fields): string | undefined {
  return message.object("user_profile")?.anyText("display_name", "real_name", "name");
}
