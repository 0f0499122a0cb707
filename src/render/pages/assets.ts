import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Html } from "./message/html.ts";

/** What every page needs of its own, found from src/ and from dist/ alike. */
const FOLDER = new URL("../../../assets/viewer/", import.meta.url);

function asset(name: string): { text: Html; source: string } {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  return { text: Html.trusted(text), source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}

/** Text for a page, and its name in a content security policy. */
export const STYLE = asset("viewer.css");
export const SCRIPT = asset("viewer.js");
