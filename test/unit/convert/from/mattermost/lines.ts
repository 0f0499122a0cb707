/** 2024-03-04T12:00:00Z */
export const NOON = 1_709_553_600_000;

const USERS = [
  { type: "user", user: { username: "noor", nickname: "", first_name: "Noor", last_name: "N" } },
  { type: "user", user: { username: "mia", nickname: "Mia", first_name: "", last_name: "" } },
];

/** A post of Mia's in kitchen/soup. */
export function post(message: string, more: object = {}): object {
  return {
    type: "post",
    post: { team: "kitchen", channel: "soup", user: "mia", message, create_at: NOON, is_pinned: false, ...more },
  };
}

/** An export of these lines, with one channel. */
export function bulk(...lines: object[]): Record<string, string> {
  const channel = { type: "channel", channel: { team: "kitchen", name: "soup", display_name: "Soup", type: "O" } };
  const all = [{ type: "version", version: 1 }, channel, ...USERS, ...lines];
  return { "import.jsonl": all.map((line) => `${JSON.stringify(line)}\n`).join("") };
}
