import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

/** The JSON Schema of the manifest, beside its specification; found from src/ and from dist/ alike. */
const SCHEMA_FILE = new URL("../../../docs/bundle-format.schema.json", import.meta.url);

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, unicodeRegExp: false });
const schema = JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as { $id: string };
ajv.addSchema(schema);

/**
 * Does a value have the shape that stands at this place of the schema (a JSON pointer)? Compiled here; for the web page, which may
 * compile nothing, `scripts/schema-guards.js` puts a module in the place of this one that has them all.
 */
export function guardAt(pointer: string): (value: unknown) => boolean {
  return ajv.compile({ $ref: `${schema.$id}#${pointer}` });
}
