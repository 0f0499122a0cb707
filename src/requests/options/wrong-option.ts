import type { z } from "zod";
import { RequestError } from "../failures/failure.ts";

const SHOWN = 100;
const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  string: "one text",
};

/**
 * What is wrong with the options of a request: the option, its value and what was expected.
 * @param spell how the door writes an option's name
 */
export function wrongOption(
  issue: z.core.$ZodIssue,
  input: unknown,
  known: readonly string[],
  spell: (key: string) => string,
): RequestError {
  if (issue.code === "unrecognized_keys") {
    const names = known.length === 0 ? "there are none" : `known: ${known.map(spell).join(", ")}`;
    return new RequestError(
      "invalid",
      "M_INVALID_PARAM",
      `${issue.keys.map(cut).join(", ")}: unknown parameter; ${names}`,
    );
  }
  const [key] = issue.path;
  if (key === undefined) return new RequestError("invalid", "M_INVALID_PARAM", `Expected ${expected(issue)}`);
  const name = spell(String(key));
  const value = issue.path.reduce<unknown>(
    (here, step) =>
      typeof here === "object" && here !== null ? (here as Record<PropertyKey, unknown>)[step] : undefined,
    input,
  );
  if (value === undefined)
    return new RequestError("invalid", "M_MISSING_PARAM", `${name}: missing; expected ${expected(issue)}`);
  return new RequestError(
    "invalid",
    "M_INVALID_PARAM",
    `${name}: expected ${expected(issue)}, not ${cut(JSON.stringify(value))}`,
  );
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length < 4 ? issue.values.join(" or ") : `one of ${issue.values.join(", ")}`;
    case "too_big":
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case "too_small":
      return `at least ${amount(issue.minimum, issue.origin)}`;
    default:
      return issue.message;
  }
}

function amount(number: number | bigint, origin: string): string {
  if (origin === "string") return `${String(number)} ${number === 1 ? "character" : "characters"}`;
  if (origin === "array") return `${String(number)} ${number === 1 ? "item" : "items"}`;
  return String(number);
}

function cut(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
