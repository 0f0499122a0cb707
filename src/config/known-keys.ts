import { z } from "zod";
import { nearestOrLonger } from "../requests/options/nearest.ts";

/** A key of the configuration: its path from the top, in which `*` stands for any index or name. */
type KeyPath = readonly string[];

/** What an unknown key was probably meant to be, as it is to be written; undefined where nothing is near. */
export function meantKey(schema: z.ZodType, parent: readonly PropertyKey[], key: string): string | undefined {
  const known = keyPaths(schema);
  const siblings = known.filter((path) => isBelow(path, parent)).map((path) => path.at(-1) ?? "");
  // of another type of the same thing, e.g. of other storage
  if (siblings.includes(key)) return undefined;
  const near = nearestOrLonger(key, siblings) ?? siblings.find((sibling) => sibling.split("_").includes(key));
  // the right word in the wrong place, e.g. wrongly indented
  return near ?? known.find((path) => path.at(-1) === key && !path.includes("*"))?.join(".");
}

function isBelow(path: KeyPath, parent: readonly PropertyKey[]): boolean {
  return path.length === parent.length + 1 && parent.every((step, at) => path[at] === "*" || path[at] === step);
}

function keyPaths(schema: unknown, above: KeyPath = []): KeyPath[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => [
      [...above, key],
      ...keyPaths(inner, [...above, key]),
    ]);
  if (schema instanceof z.ZodArray) return keyPaths(schema.element, [...above, "*"]);
  if (schema instanceof z.ZodRecord) return keyPaths(schema.valueType, [...above, "*"]);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keyPaths(option, above));
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keyPaths(schema.unwrap(), above);
  return [];
}
