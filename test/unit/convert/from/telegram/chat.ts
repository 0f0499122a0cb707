/** 2024-03-04T12:00:00Z */
export const NOON = 1_709_553_600;

/** A message of Mia's, `second` seconds after noon, as Telegram Desktop writes it at UTC+2. */
export function message(id: number, more: object = {}, second = 0): object {
  const text = "text" in more && typeof more.text === "string" ? more.text : "";
  return {
    id,
    type: "message",
    date: new Date((NOON + second + 7200) * 1000).toISOString().slice(0, 19),
    date_unixtime: String(NOON + second),
    from: "Mia",
    from_id: "user1",
    text: "",
    text_entities: text === "" ? [] : [{ type: "plain", text }],
    ...more,
  };
}

export function service(id: number, action: string | undefined, more: object = {}): object {
  const { from: _from, from_id: _id, ...rest } = message(id) as Record<string, unknown>;
  return {
    ...rest,
    type: "service",
    actor: "Mia",
    actor_id: "user1",
    ...(action !== undefined && { action }),
    ...more,
  };
}

export function chat(...messages: readonly object[]): Record<string, object> {
  return { "result.json": { name: "Soup", type: "private_supergroup", id: 5005, messages } };
}
