import { z } from "zod";

/** A door where people type options. Over HTTP each option has the name that it has in its shape. */
export type TypedDoor = "bot" | "cli";

/** How people type one option of a request. */
export interface TypedOption {
  /** `workspace` for `--workspace` */
  name: string;
  /** what stands for its value, e.g. `DATE`; undefined: it has none, and `flags` stand for it */
  placeholder: string | undefined;
  /** options without a value: name to what each means */
  flags: Readonly<Record<string, Flag>>;
  doors: readonly TypedDoor[];
}

/** What an option without a value means, and what it does in a few words. */
export type Flag = readonly [means: boolean | string, help: string];

const EVERYWHERE: readonly TypedDoor[] = ["bot", "cli"];
const typed = z.registry<Omit<TypedOption, "name"> & { name: string | undefined }>();

/** The shape of a request's options: JSON in (a body, a stored job), what the code works with out. */
export type Options = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/**
 * Declares an option that takes a value: `--since DATE`, `?since=…`.
 * @param help a few words, the same at every door
 * @param where doors other than HTTP that have it (default: all), and its name there where it has another one
 */
export function valued<T extends z.ZodType>(
  shape: T,
  placeholder: string,
  help: string,
  { name, doors = EVERYWHERE }: { name?: string; doors?: readonly TypedDoor[] } = {},
): T {
  const declared = shape.describe(help);
  typed.add(declared, { name, placeholder, flags: {}, doors });
  return declared;
}

/**
 * Declares an option that people type without a value: `--no-media`, `?media=false`.
 * @param more further words for doors that take the value itself
 */
export function flagged<T extends z.ZodType>(shape: T, flags: Readonly<Record<string, Flag>>, ...more: string[]): T {
  const help = [...Object.values(flags).map(([means, words]) => `${String(means)}: ${words}`), ...more];
  const declared = shape.describe(help.join("; "));
  typed.add(declared, { name: undefined, placeholder: undefined, flags, doors: EVERYWHERE });
  return declared;
}

/** How people type this option at this door; undefined where they cannot. */
export function typedOption(options: Options, key: string, door: TypedDoor): TypedOption | undefined {
  const shape = options.shape[key];
  const found = shape && typed.get(shape);
  if (!found?.doors.includes(door)) return undefined;
  return { ...found, name: found.name ?? key.replaceAll("_", "-") };
}

/** All options that people can type at this door, by their key. */
export function typedOptions(options: Options, door: TypedDoor): [key: string, option: TypedOption][] {
  return Object.keys(options.shape).flatMap((key) => {
    const option = typedOption(options, key, door);
    return option ? [[key, option] as [string, TypedOption]] : [];
  });
}

/** `[--no-media] [--since DATE]`: the options of this door as a command's usage has them. */
export function usageOf(options: Options, door: TypedDoor): string {
  return typedOptions(options, door)
    .flatMap(([, { name, placeholder, flags }]) =>
      placeholder === undefined ? Object.keys(flags).map((flag) => `[--${flag}]`) : [`[--${name} ${placeholder}]`],
    )
    .join(" ");
}

/** The JSON Schema (draft 2020-12) of what a shape takes (`input`), or of what it gives. */
export function schemaOf(shape: z.ZodType, io: "input" | "output" = "input"): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(shape, { io, unrepresentable: "any" });
}
