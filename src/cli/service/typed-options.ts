import { Option, type Command } from "commander";
import type { z } from "zod";
import { RequestError } from "../../requests/failures/failure.ts";
import { schemaOf, typedOption, typedOptions, type Options } from "../../requests/options/option.ts";
import { fromTexts, parseOptions } from "../../requests/options/parse-options.ts";
import { CliError, EXIT } from "../exit.ts";

/** Adds the options of a request to a command. @param but keys of options that the command takes in its own way */
export function addTypedOptions(command: Command, options: Options, but: readonly string[] = []): Command {
  for (const [key, { name, placeholder, flags }] of typedOptions(options, "cli")) {
    const shape = options.shape[key];
    if (!shape || but.includes(key)) continue;
    if (placeholder !== undefined) command.addOption(valueOption(name, placeholder, shape));
    for (const [flag, [, help]] of Object.entries(flags)) command.option(`--${flag}`, help);
  }
  return command;
}

/**
 * The options as they were typed, in their JSON form and without defaults: as the service takes them.
 * @param values what commander gives
 * @param more options that the command takes in its own way
 * @throws CliError that names the option, its value and what was expected
 */
export function typedRequest<T extends Options>(options: T, values: object, more: object = {}): z.input<T> {
  const typed = new Map<string, unknown>(Object.entries(values));
  const texts: Record<string, string[]> = {};
  const meant: Record<string, unknown> = {};
  for (const [key, { name, placeholder, flags }] of typedOptions(options, "cli")) {
    const value = typed.get(attribute(name));
    if (placeholder !== undefined && value !== undefined && !Object.hasOwn(more, key))
      texts[key] = [value].flat().map(String);
    for (const [flag, [means]] of Object.entries(flags)) if (isGiven(flag, typed)) meant[key] = means;
  }
  const given = Object.entries({ ...meant, ...fromTexts(options, texts), ...more });
  const request = Object.fromEntries(given.filter(([, value]) => value !== undefined)) as z.input<T>;
  try {
    parseOptions(options, request, (key) => spelled(options, key));
    return request;
  } catch (error) {
    throw error instanceof RequestError ? new CliError(EXIT.usage, error.message) : error;
  }
}

/** A request's options as they stand behind the `?` of an address. */
export function queryOf(request: object): URLSearchParams {
  return new URLSearchParams(Object.entries(request).map(([key, value]): [string, string] => [key, String(value)]));
}

function valueOption(name: string, placeholder: string, shape: z.ZodType): Option {
  const option = new Option(`--${name} <${placeholder.toLowerCase()}>`, shape.description);
  const schema = schemaOf(shape);
  if (Array.isArray(schema.enum)) return option.choices(schema.enum.map(String));
  // with commas between its items, or given again
  return schema.type === "array" ? option.argParser((text, before?: string[]) => [...(before ?? []), text]) : option;
}

/** The name by which commander gives an option. */
function attribute(name: string): string {
  return new Option(`--${name}`).attributeName();
}

function isGiven(flag: string, typed: ReadonlyMap<string, unknown>): boolean {
  return typed.get(attribute(flag)) === !flag.startsWith("no-");
}

function spelled(options: Options, key: string): string {
  const option = typedOption(options, key, "cli");
  return option ? `--${option.name}` : key;
}
