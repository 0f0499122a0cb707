import { BundleError } from "../faults.ts";
import type { JsonValue } from "../../matrix/json.ts";
import type {
  BundleEvent,
  Counts,
  Decryption,
  Coverage,
  LedgerEntry,
  ManifestHead,
  ManifestRoom,
  MediaEntry,
  Sender,
  Viewer,
} from "./manifest.ts";
import { guardAt } from "./schema-guards.ts";

type Guard<T> = (value: unknown) => value is T;

/** Compiled when it is first needed: not every process checks bundles, and not every bundle has all of these. */
function shape<T>(pointer: string): Guard<T> {
  let compiled: Guard<T> | undefined;
  return (value): value is T => (compiled ??= guardAt(pointer) as Guard<T>)(value);
}

/** Type guards for the parts of a manifest, as the schema says. */
export const shapes = {
  generator: shape<string>("/properties/generator"),
  exported_at: shape<string>("/properties/exported_at"),
  exported_by: shape<string>("/properties/exported_by"),
  source: shape<ManifestHead["source"]>("/properties/source"),
  room: shape<ManifestRoom>("/properties/room"),
  coverage: shape<Coverage>("/properties/coverage"),
  counts: shape<Counts>("/properties/counts"),
  sha256: shape<string>("/$defs/sha256"),
  sender: shape<Sender>("/$defs/sender"),
  viewer: shape<Viewer>("/$defs/viewer"),
  decryption: shape<Decryption>("/$defs/decryption"),
  mediaFile: shape<MediaEntry>("/$defs/media_file"),
  ledgerEntry: shape<LedgerEntry>("/$defs/ledger_entry"),
  stateEvent: shape<BundleEvent>("/$defs/state_event"),
  event: shape<BundleEvent>("/$defs/event"),
  critical: shape<unknown>("/properties/critical"),
  contentSender: shape<unknown>("/$defs/content_sender"),
  origin: shape<unknown>("/$defs/origin"),
  originTarget: shape<unknown>("/$defs/origin_target"),
  wrapper: shape<unknown>("/$defs/wrapper"),
};

/** @throws BundleError member_shape */
export function expectShape<T>(guard: (value: unknown) => value is T, value: JsonValue, where: string): T {
  const found: unknown = value;
  if (!guard(found)) throw new BundleError("member_shape", where);
  return found;
}
