import { canonicalJson, type JsonObject } from "../../matrix/json.ts";
import { withCommas } from "../manifest/manifest-lines.ts";
import type { ManifestHead } from "../manifest/manifest.ts";
import { LineEdit, type LineEdits } from "./line-edit.ts";

/**
 * An exported manifest with what decryption adds, all else byte for byte: the way back is `ExportedHash`.
 * @param exported its bytes @param before its head @param after the head with what is added
 * @param events newline-terminated lines, in chunks of any size
 */
export async function* decryptedManifest(
  exported: AsyncIterable<Buffer>,
  before: ManifestHead,
  after: ManifestHead,
  events: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let out: Buffer[] = [];
  const progress = { isInEvents: false };
  const edit = new LineEdit(additions(before, after, progress), (bytes) => {
    if (!progress.isInEvents) out.push(bytes);
  });
  for await (const chunk of exported) {
    edit.write(chunk);
    yield Buffer.concat(out);
    out = [];
    if (progress.isInEvents) break;
  }
  yield Buffer.from('"events":[\n');
  yield* withCommas(events);
  yield Buffer.from("]\n}\n");
}

function additions(before: ManifestHead, after: ManifestHead, progress: { isInEvents: boolean }): LineEdits {
  const line = (name: string, value: object): Buffer =>
    Buffer.from(`${JSON.stringify(name)}:${canonicalJson(value as JsonObject)}`);
  const media = [...after.media].filter(([sha256]) => !before.media.has(sha256)).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = after.ledger.slice(before.ledger.length);
  const mediaBefore = (sha256: string): Buffer[] => {
    const end = media.findIndex(([added]) => added > sha256);
    return media.splice(0, end < 0 ? media.length : end).map(([name, entry]) => line(name, entry));
  };
  return {
    member(name) {
      if (name === "coverage" || name === "counts") return [line(name, { ...after[name] })];
      if (name === "events") progress.isInEvents = true;
      if (name !== "senders" || !after.decryption) return undefined;
      return [line("decryption", after.decryption), Buffer.from('"senders":{')];
    },
    element: (section, bare) =>
      section === "media" ? [...mediaBefore(bare.subarray(1, 65).toString()), bare] : undefined,
    more(section) {
      if (section === "media") return mediaBefore(AFTER_ANY);
      return section === "ledger" ? entries.map((entry) => Buffer.from(canonicalJson({ ...entry }))) : [];
    },
  };
}

/** Sorts after every SHA-256. */
const AFTER_ANY = "g";
