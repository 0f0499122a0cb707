import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { BundleEvent, ManifestHead } from "../../../src/bundle/manifest/manifest.ts";
import { stringMember } from "../../../src/matrix/json.ts";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { writeFiles } from "../../support/foreign-exports/files.ts";
import { writeExport, type Form } from "../../support/foreign-exports/forms.ts";
import { temporaryDirectory } from "../bundle/sample.ts";
import { run, type Ran } from "../../support/doors/run-command.ts";

/** A bundle that the command line has made of an export, sound in every respect, and read again. */
export interface Converted {
  head: ManifestHead;
  events: BundleEvent[];
  ran: Ran;
  /** text of a ledger entry of that code: how often it stands there */
  ledger: Record<string, number>;
  event(body: string): BundleEvent;
  media: Map<string, Buffer>;
}

/** Converts the sample export of that form, or `input`. */
export async function converted(form: Form, input?: { input: string; channel?: string }): Promise<Converted> {
  const directory = await temporaryDirectory();
  try {
    const given = input ?? writeExport(form, directory.path);
    const file = join(directory.path, "out.zip");
    const channel = given.channel === undefined ? [] : ["--channel", given.channel];
    const ran = await run(["bundle", "convert", "--from", form, given.input, ...channel, "-o", file]);
    expect(ran.stderr).to.equal("");
    return { ran, ...(await read(file)) };
  } finally {
    await directory.remove();
  }
}

/** Converts an export that consists of these files. */
export async function convertedFiles(
  form: string,
  files: Record<string, string | Buffer | object>,
  options: readonly string[] = [],
  input = "",
): Promise<Converted> {
  const directory = await temporaryDirectory();
  try {
    const folder = writeFiles(join(directory.path, "in"), files);
    const file = join(directory.path, "out.zip");
    const ran = await run(["bundle", "convert", "--from", form, join(folder, input), ...options, "-o", file]);
    expect(ran.stderr).to.equal("");
    return { ran, ...(await read(file)) };
  } finally {
    await directory.remove();
  }
}

/** What that conversion fails with. */
export async function refusal(
  form: string,
  files: Record<string, string | Buffer | object>,
  options: readonly string[] = [],
): Promise<{ code: number; stderr: string }> {
  const directory = await temporaryDirectory();
  try {
    const folder = writeFiles(join(directory.path, "in"), files);
    const args = ["bundle", "convert", "--from", form, folder, ...options, "-o", join(directory.path, "out.zip")];
    const { code, stderr } = await run(args);
    expect((await readdir(directory.path)).sort()).to.deep.equal(["in"]);
    return { code, stderr };
  } finally {
    await directory.remove();
  }
}

/** The bundles that a conversion of all conversations makes, by their file names. */
export async function convertedAll(
  form: string,
  files: Record<string, string | Buffer | object>,
  options: readonly string[] = [],
): Promise<Record<string, Omit<Converted, "ran">>> {
  const directory = await temporaryDirectory();
  try {
    const folder = writeFiles(join(directory.path, "in"), files);
    const out = `${join(directory.path, "out")}/`;
    const ran = await run(["bundle", "convert", "--from", form, folder, ...options, "-o", out]);
    expect(ran.stderr).to.equal("");
    const found: Record<string, Omit<Converted, "ran">> = {};
    for (const name of (await readdir(out)).sort()) found[name] = await read(join(out, name));
    return found;
  } finally {
    await directory.remove();
  }
}

/** What was said, one line each: by whom, and in which words. */
export function lines({ head, events }: Pick<Converted, "head" | "events">): string[] {
  return events
    .filter(({ type, state_key }) => state_key === undefined && type !== "m.reaction")
    .map(({ sender, content }) => {
      const name = head.senders.get(sender)?.display_name ?? sender;
      return `${name}: ${String(content["body"] ?? content["org.matrix.msc1767.text"] ?? "—")}`;
    });
}

/** Who reacted with what. */
export function reactions({ head, events }: Pick<Converted, "head" | "events">): string[] {
  return events
    .filter(({ type }) => type === "m.reaction")
    .map(({ sender, content }) => {
      return `${head.senders.get(sender)?.display_name ?? ""} ${stringMember(content["m.relates_to"], "key") ?? ""}`;
    });
}

/** Verifies a bundle and reads it whole. */
export async function read(file: string): Promise<Omit<Converted, "ran">> {
  expect(await verifyBundle(file)).to.deep.include({ ok: true, faults: [] });
  const bundle = await openBundle(file);
  try {
    const events: BundleEvent[] = [];
    for await (const event of bundle.events()) events.push(event);
    const media = new Map<string, Buffer>();
    for (const [sha256, { uris }] of bundle.head.media) {
      const bytes = Buffer.concat(await (await bundle.openMedia(sha256)).toArray());
      for (const uri of uris) media.set(uri, bytes);
    }
    const ledger: Record<string, number> = {};
    for (const { code } of bundle.head.ledger) ledger[code] = (ledger[code] ?? 0) + 1;
    const event = (body: string): BundleEvent => {
      const found = events.find(({ content, type }) => type !== "m.room.member" && content["body"] === body);
      if (!found) throw new Error(`no event says ${body}`);
      return found;
    };
    return { head: bundle.head, events, ledger, event, media };
  } finally {
    await bundle.close();
  }
}

/** Type and time, seconds after the beginning of the sample conversation, of each event. */
export function outline(events: readonly BundleEvent[], start: number): string[] {
  return events.map(({ type, origin_server_ts: time }) => `${type} ${(time - start) / 1000}`);
}
