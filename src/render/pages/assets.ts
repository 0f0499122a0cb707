import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Html } from "./message/html.ts";

/** What every page needs of its own, found from src/ and from dist/ alike. */
const FOLDER = new URL("../../../assets/viewer/", import.meta.url);
/** The modules of the script, in an order in which each finds what it needs at its start. */
const SCRIPTS = ["book", "times", "pages", "search", "places", "keys", "files", "print", "start"];

interface Asset {
  text: Html;
  /** its name in a content security policy */
  source: string;
}

function assetOf(text: string): Asset {
  return { text: Html.trusted(text), source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}

function textOf(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8");
}

export const STYLE = assetOf(["author-colors", "conversation", "viewer"].map((name) => textOf(`${name}.css`)).join(""));
export const SCRIPT = assetOf(`"use strict";
(() => {
${SCRIPTS.map((name) => inOneScope(textOf(`script/${name}.js`))).join("\n")}})();
`);

/** A module as a part of one script: a page that is opened from disk may load no others. */
function inOneScope(module: string): string {
  return module.replaceAll(/^import\s[^;]*;\n/gm, "").replaceAll(/^export (?=const|let|function)/gm, "");
}
