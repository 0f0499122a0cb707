import type { ForeignConversation, ForeignFormat, ReadOptions } from "./from/format.ts";
import type { ExportFiles } from "./input/export-files.ts";

/** A conversation under a name that no other one of its export has. */
export interface NamedConversation extends ForeignConversation {
  /** as the export calls it, and perhaps others, too */
  givenName: string;
}

/**
 * The conversations of an export. Those that share a name are told apart by where they are, such as the category of a channel, else by
 * their ids: `general (Work)`.
 * @throws ConvertError export_unknown, export_malformed
 */
export async function conversationsIn(
  files: ExportFiles,
  format: ForeignFormat,
  options: ReadOptions,
): Promise<NamedConversation[]> {
  const byName = Map.groupBy(await format.conversations(files, options), ({ name }) => name);
  return [...byName.values()].flatMap(named);
}

function named(alike: ForeignConversation[]): NamedConversation[] {
  if (alike.length === 1) return alike.map((only) => ({ ...only, givenName: only.name }));
  const marks = marksOf(alike);
  return alike.map((each, at) => ({ ...each, name: `${each.name} (${marks[at] ?? ""})`, givenName: each.name }));
}

function marksOf(alike: readonly ForeignConversation[]): string[] {
  const kinds = [alike.map(({ place }) => place ?? ""), alike.map(({ ids }) => ids.conversation)];
  const apart = kinds.find((marks) => !marks.includes("") && new Set(marks).size === alike.length);
  return apart ?? alike.map((_, at) => String(at + 1));
}

/** Those that somebody may mean: by the whole name, with or without `#`, or by the last part of it (`team/channel`). */
export function calledSo(found: readonly NamedConversation[], wanted: string): NamedConversation[] {
  const plain = wanted.replace(/^#/, "");
  const fits = (name: string): boolean => name === wanted || name === plain || name.endsWith(`/${plain}`);
  return found.filter(({ name, givenName }) => fits(name) || fits(givenName));
}
