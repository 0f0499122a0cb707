import { PNG, START, writeZip } from "./files.ts";

const mattermostLines = [
  { type: "version", version: 1 },
  { type: "team", team: { name: "acme", display_name: "Acme", type: "O" } },
  {
    type: "channel",
    channel: { team: "acme", name: "tea", display_name: "Tea", type: "O", header: "All about tea", purpose: "" },
  },
  {
    type: "channel",
    channel: { team: "acme", name: "hush", display_name: "Hush", type: "P", header: "", purpose: "" },
  },
  {
    type: "user",
    user: { username: "ann", email: "ann@acme.test", nickname: "Ann", profile_image: "profiles/ann.png", teams: [] },
  },
  {
    type: "user",
    user: { username: "bob", email: "bob@acme.test", nickname: "", first_name: "Bob", last_name: "Baker" },
  },
  {
    type: "post",
    post: {
      team: "acme",
      channel: "tea",
      user: "ann",
      message: "Who wants **tea**? :tea:",
      create_at: START + 1000,
      edit_at: START + 3000,
      is_pinned: true,
      reactions: [{ user: "bob", create_at: START + 5000, emoji_name: "+1" }],
      replies: [
        {
          user: "bob",
          message: "Me!",
          create_at: START + 9000,
          attachments: [{ path: "20231114/cup.png" }, { path: "../../etc/passwd" }],
        },
      ],
    },
  },
  {
    type: "post",
    post: { team: "acme", channel: "tea", user: "bob", message: "Later: `a_b`", create_at: START + 6000 },
  },
  { type: "post", post: { team: "acme", channel: "hush", user: "ann", message: "secret", create_at: START + 7000 } },
  { type: "direct_channel", direct_channel: { members: ["bob", "ann"], header: "" } },
  {
    type: "direct_post",
    direct_post: { channel_members: ["ann", "bob"], user: "bob", message: "psst", create_at: START + 8000 },
  },
];

/** Writes the sample; gives what to name as its input, and the channel to choose. */
export function writeMattermost(folder: string): { input: string; channel?: string } {
  const lines = mattermostLines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const files = { "import.jsonl": lines, "data/20231114/cup.png": PNG, "data/profiles/ann.png": PNG };
  return { input: writeZip(folder, "mattermost.zip", files), channel: "acme/tea" };
}
