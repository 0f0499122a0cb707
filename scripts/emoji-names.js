#!/usr/bin/env node
// Makes src/convert/text/emoji-names.json of emoji.json, which the npm package emoji-datasource brings (MIT):
//   npm pack emoji-datasource@16.0.0 && tar xzf emoji-datasource-*.tgz && node scripts/emoji-names.js package/emoji.json
// The package itself holds 25 MB of pictures, and Roomporter needs 45 KB of names.
import { readFileSync, writeFileSync } from "node:fs";

/** @typedef {{ unified: string, short_names: string[], skin_variations?: Record<string, { unified: string }> }} Emoji */
/** @type {unknown} */
const parsed = JSON.parse(readFileSync(process.argv[2] ?? "package/emoji.json", "utf8"));
const emojis = /** @type {Emoji[]} */ (parsed);

/** @param {string} unified code points in hexadecimal */
const text = (unified) => String.fromCodePoint(...unified.split("-").map((code) => parseInt(code, 16)));

/** @type {Record<string, string>} */
const names = {};
/** @type {Record<string, string>} emoji of two people: where the two skin tones stand, as A and B */
const pairs = {};
for (const { unified, short_names, skin_variations = {} } of emojis)
  for (const name of short_names) {
    names[name] = text(unified);
    const pair = skin_variations["1F3FB-1F3FC"];
    if (pair) pairs[name] = text(pair.unified).replace("🏻", "A").replace("🏼", "B");
  }
const source = "emoji-datasource 16.0.0, Copyright (c) 2013 Cal Henderson, MIT licence";
const target = new URL("../src/convert/text/emoji-names.json", import.meta.url);
writeFileSync(target, JSON.stringify({ source, names, pairs }, null, 2) + "\n");
