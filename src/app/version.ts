import { readFileSync } from "node:fs";
import { parseJson, stringMember } from "../matrix/json.ts";

/** This package's version. */
export const VERSION =
  stringMember(parseJson(readFileSync(new URL("../../package.json", import.meta.url), "utf8")), "version") ?? "0.0.0";
