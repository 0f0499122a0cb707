// The shapes of a manifest as a module that needs no compiler: the content security policy of the web page lets none run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { TOP } from "./run.js";

/**
 * JavaScript with the same export as src/bundle/manifest/schema-guards.ts.
 * @returns {string}
 */
export function schemaGuards() {
  const file = join(TOP, "docs", "bundle-format.schema.json");
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(file, "utf8"));
  const schema = /** @type {{ $id: string, properties: object, $defs: object }} */ (parsed);
  const code = /** @type {const} */ ({ source: true, esm: true });
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, unicodeRegExp: false, code });
  ajv.addSchema(schema);
  const pointers = [
    ...Object.keys(schema.properties).map((name) => `/properties/${name}`),
    ...Object.keys(schema.$defs).map((name) => `/$defs/${name}`),
  ];
  const exported = Object.fromEntries(pointers.map((_, at) => [`guard${at}`, `guard-${at}`]));
  pointers.forEach((pointer, at) => ajv.addSchema({ $id: `guard-${at}`, $ref: `${schema.$id}#${pointer}` }));
  const table = pointers.map((pointer, at) => `${JSON.stringify(pointer)}: guard${at}`).join(", ");
  return `${standaloneCode.default(ajv, exported)}
const GUARDS = { ${table} };
export const guardAt = (pointer) => GUARDS[pointer];
`;
}
