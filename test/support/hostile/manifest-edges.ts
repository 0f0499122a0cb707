import type { JsonObject } from "../../../src/matrix/json.ts";
import { at, type Base, type Hostile } from "./base.ts";

/** Manifests just beyond a bound, and state that somebody else redacted. */
export function hostileManifestEdges(base: Base): Hostile[] {
  const redactedState = (more: JsonObject) => (): Buffer =>
    base.changed((manifest) => {
      const because = { ...at(manifest, "events", 8, "unsigned", "redacted_because"), ...more };
      Object.assign(at(manifest, "state", 1), { content: {}, unsigned: { redacted_because: because } });
    });
  const cases: [Hostile["code"], string, () => Buffer][] = [
    ["element_too_large", "an event of 1,048,577 bytes", () => eventOf(base, 1_048_577)],
    ["element_too_large", "a key of 4,097 bytes", () => keyed(base, `${"é".repeat(2048)}x`)],
    ["element_too_large", "a key of 683 escapes", () => keyed(base, "\\u0061".repeat(683))],
    ["redaction_inconsistent", "a state event with the redaction of another", redactedState({})],
    [
      "redaction_inconsistent",
      "a state event redacted by a message",
      redactedState({ type: "m.room.message", content: {} }),
    ],
  ];
  return cases.map(([code, what, make]) => ({ code, what, make }));
}

/** With an event of exactly so many bytes. */
export function eventOf(base: Base, bytes: number): Buffer {
  return base.changed((manifest) => {
    const event = at(manifest, "events", 11);
    const content = at(event, "content");
    content["pad"] = "";
    content["pad"] = "x".repeat(bytes - Buffer.byteLength(JSON.stringify(event)));
  });
}

/** With a member of this name, as it is written. */
export function keyed(base: Base, written: string): Buffer {
  return base.withManifest(`{"${written}":1,${base.text().slice(1)}`);
}
