import type { OriginalEvent } from "../../bundle/original.ts";
import type { JsonObject } from "../../matrix/json.ts";
import { WRAPPER } from "../../matrix/names.ts";
import type { Attempt } from "../replay/attempt.ts";
import { attributed, originBlock, type Provenance } from "./origin.ts";

/** Ways to keep an event that must not act again: its content inside a wrapper; last, in a file beside it. */
export function* wrapped(provenance: Provenance, gaveUp?: Attempt["gaveUp"]): Generator<Attempt> {
  const { original, files } = provenance;
  const media: JsonObject = files.size > 0 ? { media: Object.fromEntries(files) } : {};
  const inside = { ...head(original), content: original.content, ...media };
  yield { type: WRAPPER, content: attributed(inside, provenance, originBlock(provenance)), ...(gaveUp && { gaveUp }) };
  yield {
    type: WRAPPER,
    content: attributed({ ...head(original), ...media }, provenance, originBlock(provenance)),
    file: original.content,
    gaveUp: { code: "content_in_file", message: "The content did not fit into an event and is kept as a file." },
  };
}

function head(original: OriginalEvent): JsonObject {
  return original.stateKey === undefined
    ? { type: original.type }
    : { type: original.type, state_key: original.stateKey };
}
