import type { BundleEvent, ManifestHead } from "../manifest/manifest.ts";
import type { OpenArchive } from "../open-bundle.ts";

/** A bundle as it was exported, without what decryption has added: for what goes on with its ciphertexts. Any other is given as it is. */
export function asExported(bundle: OpenArchive): OpenArchive {
  if (!bundle.head.decryption) return bundle;
  const eventBatches: OpenArchive["eventBatches"] = async function* (passing) {
    for await (const batch of bundle.eventBatches(passing)) yield batch.map(exportedEvent);
  };
  return {
    ...bundle,
    head: exportedHead(bundle.head),
    eventBatches,
    async *events() {
      for await (const batch of eventBatches()) yield* batch;
    },
  };
}

function exportedHead({ decryption, ...head }: ManifestHead): ManifestHead {
  if (!decryption) return head;
  const { coverage, counts } = decryption.exported;
  const media = new Map([...head.media].filter(([, entry]) => entry.decrypted !== true));
  return { ...head, coverage, counts, media, ledger: head.ledger.slice(0, head.ledger.length - decryption.ledger) };
}

function exportedEvent({ decrypted: _added, ...event }: BundleEvent): BundleEvent {
  return event;
}
