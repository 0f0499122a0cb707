/**
 * Chunks whose packed form is known before an archive is written: raw Deflate of the chunk alone, without a last block, up to a whole byte
 * (`packed` in deflate.ts). Who packs may use it; the chunk says the same.
 */
const PACKED = new WeakMap<Buffer, Buffer>();

/** From now on this chunk, the very object, is known to pack to these bytes. */
export function markPacked(chunk: Buffer, packed: Buffer): void {
  PACKED.set(chunk, packed);
}

export function packedOf(chunk: Buffer): Buffer | undefined {
  return PACKED.get(chunk);
}
