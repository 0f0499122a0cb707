import { SECONDS, writeZip } from "./files.ts";

export const slackFiles: Record<string, object> = {
  "users.json": [
    {
      id: "U0ANN",
      team_id: "T1",
      name: "ann",
      deleted: false,
      profile: { real_name: "Ann Archer", display_name: "Ann" },
    },
    { id: "U0BOB", team_id: "T1", name: "bob", deleted: false, profile: { real_name: "Bob Baker", display_name: "" } },
  ],
  "channels.json": [
    {
      id: "C0TEA",
      name: "tea",
      created: SECONDS - 100,
      creator: "U0ANN",
      is_archived: false,
      members: ["U0ANN", "U0BOB"],
      topic: { value: "All about tea", creator: "U0ANN", last_set: SECONDS },
      purpose: { value: "", creator: "", last_set: 0 },
    },
    { id: "C0HUSH", name: "hush", created: SECONDS - 100, creator: "U0ANN", members: ["U0ANN"] },
  ],
  "dms.json": [{ id: "D0AB", created: SECONDS, members: ["U0ANN", "U0BOB"] }],
  "tea/2023-11-14.json": [
    {
      type: "message",
      subtype: "channel_join",
      user: "U0BOB",
      text: "<@U0BOB> has joined the channel",
      ts: `${SECONDS}.000100`,
    },
    {
      client_msg_id: "a",
      type: "message",
      user: "U0ANN",
      text: "Who wants *tea*, <@U0BOB>? :tea:\n&gt; ask <https://tea.example/menu|the menu> &amp; <!here>",
      ts: `${SECONDS + 1}.000200`,
      thread_ts: `${SECONDS + 1}.000200`,
      edited: { user: "U0ANN", ts: `${SECONDS + 3}.000000` },
      reactions: [{ name: "+1::skin-tone-3", users: ["U0BOB"], count: 2 }],
      pinned_to: ["C0TEA"],
    },
  ],
  "tea/2023-11-15.json": [
    {
      type: "message",
      user: "U0BOB",
      text: "Me! `now`",
      ts: `${SECONDS + 90_000}.000300`,
      thread_ts: `${SECONDS + 1}.000200`,
      files: [
        {
          id: "F1",
          name: "menu.pdf",
          mimetype: "application/pdf",
          url_private: "https://files.slack.com/menu.pdf?t=xoxe-secret",
          permalink: "https://acme.slack.com/files/U0BOB/F1/menu.pdf",
        },
      ],
    },
    {
      type: "message",
      subtype: "tombstone",
      user: "USLACKBOT",
      text: "This message was deleted.",
      ts: `${SECONDS + 90_001}.000400`,
    },
    {
      type: "message",
      subtype: "bot_message",
      bot_id: "B1",
      username: "kettle",
      text: "",
      attachments: [{ fallback: "boiled", text: "It has *boiled*" }],
      ts: `${SECONDS + 90_002}.000500`,
    },
  ],
  "D0AB/2023-11-14.json": [{ type: "message", user: "U0BOB", text: "psst", ts: `${SECONDS + 5}.000100` }],
};

/** Writes the sample; gives what to name as its input, and the channel to choose. */
export function writeSlack(folder: string): { input: string; channel?: string } {
  return { input: writeZip(folder, "slack.zip", slackFiles), channel: "tea" };
}
