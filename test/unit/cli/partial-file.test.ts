import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { expect } from "chai";
import { writeWholeFile } from "../../../src/cli/output-file.ts";
import { temporaryDirectory } from "../bundle/sample.ts";

/** Writes a file without end, and says so. */
const ENDLESS = `
  const { writeWholeFile } = await import(${JSON.stringify(new URL("../../../src/cli/output-file.ts", import.meta.url))});
  await writeWholeFile(process.argv[1], {}, (out) => new Promise(() => {
    setInterval(() => undefined, 60_000);
    out.write("plain text", () => console.log("written"));
  }));`;

describe("a file that is being written", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => (directory = await temporaryDirectory()));
  afterEach(() => directory.remove());

  const write = (file: string, text: string): Promise<void> =>
    writeWholeFile(file, { force: true }, (out) => pipeline([text], out));

  it("stands beside its place by its name, and is removed by the next run once its writer was killed", async () => {
    const file = join(directory.path, "room.plain.zip");
    const writer = spawn(process.execPath, ["--input-type=module", "-e", ENDLESS, file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(writer.stdout, "data");
      const [part = "", ...others] = await readdir(directory.path);
      expect(others).to.deep.equal([]);
      expect(part).to.match(/^room\.plain\.zip\..*\.part$/);
      await write(join(directory.path, "room"), "another");
      await write(file, "mine");
      expect((await readdir(directory.path)).sort()).to.deep.equal(["room", "room.plain.zip", part]);
    } finally {
      writer.kill("SIGKILL");
      await once(writer, "exit");
    }
    await write(join(directory.path, "room"), "another");
    expect(await readdir(directory.path), "it belongs to another file").to.have.length(3);
    await write(file, "whole");
    expect((await readdir(directory.path)).sort()).to.deep.equal(["room", "room.plain.zip"]);
    expect(await readFile(file, "utf8")).to.equal("whole");
  });
});
