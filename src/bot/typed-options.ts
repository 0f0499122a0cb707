import type { z } from "zod";
import { RequestError } from "../requests/failures/failure.ts";
import { didYouMean } from "../requests/options/nearest.ts";
import { typedOption, typedOptions, type Options } from "../requests/options/option.ts";
import { fromTexts, parseOptions } from "../requests/options/parse-options.ts";
import { Misuse } from "./command-words.ts";

/** Arguments of a command, sorted into options in their JSON form and the rest. */
export interface TypedArguments {
  given: Record<string, unknown>;
  rest: string[];
}

/** How the bot's commands write an option that takes a value. */
function spelled(options: Options): (key: string) => string {
  return (key) => {
    const option = typedOption(options, key, "bot");
    return option ? `--${option.name}` : key;
  };
}

/**
 * Sorts a command's arguments. Clients write `—since` for `--since`: that is understood.
 * @throws Misuse for an option that is not known, lacks its value, or contradicts another one
 */
export function typedArguments(args: readonly string[], options: Options): TypedArguments {
  const known = typedOptions(options, "bot");
  const texts: Record<string, string[]> = {};
  const meant: Record<string, unknown> = {};
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (!/^(?:--|—|–)/.test(arg)) {
      rest.push(arg);
      continue;
    }
    const [name, inline] = splitOnce(arg.replace(/^(?:--|—|–)/, ""));
    const [key, option] = known.find(([, each]) => hasName(each, name)) ?? [];
    if (key === undefined || option === undefined) throw unknownOption(name, options);
    const flag = option.flags[name];
    if (flag) {
      if (inline !== undefined) throw new Misuse(`--${name} takes no value.`);
      const [means] = flag;
      if (meant[key] !== undefined && meant[key] !== means)
        throw new Misuse(`--${name} contradicts another option: give one of them.`);
      meant[key] = means;
      continue;
    }
    const value = inline ?? args[++at];
    if (value === undefined) throw new Misuse(`--${name} needs a value: ${option.placeholder ?? ""}.`);
    (texts[key] ??= []).push(value);
  }
  return { given: { ...meant, ...fromTexts(options, texts) }, rest };
}

/** The options with their defaults. @throws Misuse that names the option, its value and what was expected */
export function typedValues<T extends Options>(options: T, given: Record<string, unknown>): z.output<T> {
  try {
    return parseOptions(options, given, spelled(options));
  } catch (error) {
    throw error instanceof RequestError ? new Misuse(`${error.message}.`) : error;
  }
}

function hasName(option: { name: string; placeholder: string | undefined; flags: object }, name: string): boolean {
  return option.placeholder === undefined ? Object.hasOwn(option.flags, name) : option.name === name;
}

function unknownOption(name: string, options: Options): Misuse {
  const known = typedOptions(options, "bot").flatMap(([, option]) =>
    option.placeholder === undefined ? Object.keys(option.flags) : [option.name],
  );
  const names = known.length === 0 ? "There are none." : `Known: ${known.map((each) => `--${each}`).join(", ")}.`;
  return new Misuse(`Unknown option --${name}.${didYouMean(name, known, "--")} ${names}`);
}

function splitOnce(text: string): [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}
