import { readSignature } from "../../src/bundle/signature.ts";
import type { ExportedBundle } from "../../src/decrypt/exported-bundle.ts";
import type { OpenBlob } from "../look/reader/open-room.ts";
import type { Errands, Step } from "./shapes.ts";

/** The manifest is read once for what is to be decrypted, and once more while the result is written. */
const READINGS: readonly Step[] = ["decrypting", "writing"];

/** A bundle that is open in the browser, for decrypting; says how much of it has been read. @throws BundleError signature_invalid */
export function exportedBlob(bundle: OpenBlob, { onStep }: Pick<Errands, "onStep">): ExportedBundle {
  const { archive, manifest, viewer, head, openMedia, mediaFileName } = bundle;
  let readings = 0;
  return {
    ...{ head, openMedia, mediaFileName, signature: readSignature(archive.comment) },
    async *manifest() {
      const step = READINGS[readings++] ?? "writing";
      let [read, shown] = [0, -1];
      for await (const chunk of archive.read(manifest)) {
        yield chunk;
        read += chunk.length;
        const percent = Math.floor((read / Math.max(1, manifest.size)) * 100);
        if (percent > shown) onStep(step, percent / 100);
        shown = percent;
      }
    },
    viewer: head.viewer && viewer ? () => archive.read(viewer) : undefined,
  };
}
