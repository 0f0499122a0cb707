import type { z } from "zod";
import { RequestError } from "../failures/failure.ts";
import { schemaOf, type Options } from "./option.ts";
import { wrongOption } from "./wrong-option.ts";

/** What was given for each option: texts, as in an address or a command. */
export type Texts = Readonly<Record<string, string | readonly string[]>>;

/**
 * The options in their JSON form.
 * @param spell how the door writes an option's name
 * @throws RequestError 400 that names the option, the wrong value and what was expected
 */
export function parseOptions<T extends Options>(
  options: T,
  input: unknown,
  spell: (key: string) => string = (key) => key,
): z.output<T> {
  const parsed = options.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw parsed.error;
  throw wrongOption(issue, input, Object.keys(options.shape), spell);
}

/** What texts stand for, in the JSON form that the options take: lists have commas between their items, or the option comes again. */
export function fromTexts(options: Options, texts: Texts): Record<string, unknown> {
  const entries = Object.entries(texts).map(([key, text]) => {
    const shape = Object.hasOwn(options.shape, key) ? options.shape[key] : undefined;
    return [key, shape ? fromText(shape, [text].flat()) : text];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** What does not stand for a value of the shape's type is left as it is, for the shape to refuse. */
function fromText(shape: z.ZodType, texts: readonly string[]): unknown {
  const { type } = schemaOf(shape);
  if (type === "array") return texts.flatMap((text) => text.split(",")).map((text) => text.trim());
  const [text = "", ...more] = texts;
  if (more.length > 0) return texts;
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if ((type === "number" || type === "integer") && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  return text;
}

/** A body that has to be a JSON object. @throws RequestError 400 */
export function requireObject(body: unknown): object {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new RequestError("invalid", "M_BAD_JSON", "The body must be a JSON object: {…}");
}
