import type { ForeignFormat } from "./from/format.ts";

/** Exports of other programs that can be made into bundles; each is loaded only when it is needed. */
export const FORMATS: Readonly<Record<string, () => Promise<ForeignFormat>>> = {
  element: async () => (await import("./from/element/element.ts")).element,
  discord: async () => (await import("./from/discord/discord.ts")).discord,
  slack: async () => (await import("./from/slack/slack.ts")).slack,
  mattermost: async () => (await import("./from/mattermost/mattermost.ts")).mattermost,
  telegram: async () => (await import("./from/telegram/telegram.ts")).telegram,
  rocketchat: async () => (await import("./from/rocketchat/rocketchat.ts")).rocketchat,
  zulip: async () => (await import("./from/zulip/zulip.ts")).zulip,
  "google-chat": async () => (await import("./from/google-chat/google-chat.ts")).googleChat,
  whatsapp: async () => (await import("./from/whatsapp/whatsapp.ts")).whatsapp,
  signal: async () => (await import("./from/signal/signal.ts")).signal,
  "signal-desktop": async () => (await import("./from/signal-desktop/signal-desktop.ts")).signalDesktop,
  irc: async () => (await import("./from/irc/irc.ts")).irc,
};
