import { readFile } from "node:fs/promises";
import type { FaultCode } from "../../../src/bundle/faults.ts";
import { isObject, parseJson, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import { rawEntries, rawZip, type RawArchive, type RawEntry } from "../../unit/bundle/raw-zip.ts";
import { sampleRoom, temporaryDirectory, writeSample, type SampleRoom } from "../../unit/bundle/sample.ts";

/** A file that calls itself a bundle, and the code of the fault that every reader must find in it. */
export interface Hostile {
  code: FaultCode;
  what: string;
  make: () => Buffer | Promise<Buffer>;
}

export type ManifestChange = (manifest: JsonObject) => void;

/** A sound bundle, from which hostile ones are made. */
export class Base {
  readonly good: Buffer;

  private constructor(good: Buffer) {
    this.good = good;
  }

  static async of(room: SampleRoom = sampleRoom()): Promise<Base> {
    const folder = await temporaryDirectory();
    try {
      return new Base(await readFile(await writeSample(room, folder.path, "good.zip")));
    } finally {
      await folder.remove();
    }
  }

  /** From the bytes of a bundle. */
  static from(good: Buffer): Base {
    return new Base(good);
  }

  /** With a text of its manifest replaced as it is laid out. @throws Error where it does not stand there */
  relined(from: string | RegExp, to: string): Buffer {
    const text = this.entries()[0]?.data.toString() ?? "";
    const changed = text.replace(from, () => to);
    if (changed === text) throw new Error(`the sample does not hold ${String(from)}`);
    return this.withManifest(changed);
  }

  entries(): RawEntry[] {
    return rawEntries(this.good);
  }

  manifest(): JsonObject {
    return parseJson(this.entries()[0]?.data.toString() ?? "") as JsonObject;
  }

  text(): string {
    return JSON.stringify(this.manifest());
  }

  /** With its entries changed. */
  repacked(change: (entries: RawEntry[]) => void, archive?: RawArchive): Buffer {
    const entries = this.entries();
    change(entries);
    return rawZip(entries, archive);
  }

  withManifest(text: string | Buffer, more: Partial<RawEntry> = {}): Buffer {
    return rawZip([{ name: "manifest.json", data: Buffer.from(text), ...more }, ...this.entries().slice(1)]);
  }

  /** With something changed in its manifest. */
  changed(change: ManifestChange): Buffer {
    const manifest = this.manifest();
    change(manifest);
    return this.withManifest(JSON.stringify(manifest));
  }

  /** With a text of its manifest replaced. @throws Error where it does not stand there */
  replaced(from: string, to: string): Buffer {
    const text = this.text();
    if (!text.includes(from)) throw new Error(`the sample does not hold ${from}`);
    return this.withManifest(text.replace(from, () => to));
  }
}

/** What stands at a path in a manifest; `*`: the first member. */
export function at(value: JsonValue | undefined, ...path: (string | number)[]): JsonObject {
  let here = value;
  for (const key of path) {
    if (Array.isArray(here)) here = here.at(Number(key));
    else if (isObject(here)) here = key === "*" ? Object.values(here)[0] : here[key];
  }
  return here as JsonObject;
}
