import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { StorageError } from "../../../src/ports/storage-error.ts";
import { UploadFiles } from "../../../src/uploads/upload-files.ts";
import { AMPLE } from "../../support/fakes/ample-space.ts";

const ANN = { owner: "@ann:x", size: 10, metadata: { filename: "tea.zip" } };

async function* chunks(...texts: string[]): AsyncGenerator<Buffer, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

describe("uploads on disk", () => {
  let folder: string;
  let files: UploadFiles;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "uploads-"));
    files = await UploadFiles.open(folder, AMPLE);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("are found again by another process, with what has come of them", async () => {
    const { id } = await files.create(ANN, 5);
    expect(await files.append(id, 0, chunks("tea", "pot"))).to.equal(6);
    const another = await UploadFiles.open(folder, AMPLE);
    expect(await another.find(id)).to.deep.include({ ...ANN, offset: 6, createdAt: 5 });
    expect(await another.ofOwner("@ann:x")).to.have.length(1);
    expect(await another.ofOwner("@bob:x")).to.deep.equal([]);
    await another.append(id, 6, chunks("ful!"));
    await another.copyTo(id, join(folder, "copy"));
    await another.remove(id);
    expect(await readFile(join(folder, "copy"), "utf8")).to.equal("teapotful!");
    expect(await readdir(folder)).to.deep.equal(["copy"]);
  });

  it("keep what came before a failure", async () => {
    const { id } = await files.create(ANN, 5);
    async function* broken(): AsyncGenerator<Buffer, void, undefined> {
      yield Buffer.from("tea");
      throw new Error("the connection broke");
    }
    const failure: unknown = await files.append(id, 0, broken()).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "the connection broke");
    expect(await files.find(id)).to.include({ offset: 3 });
  });

  it("are not begun, nor gone on with, where the disk is full", async () => {
    const { id } = await files.create(ANN, 5);
    const full = await UploadFiles.open(folder, {
      async require() {
        throw new StorageError("full", "no space");
      },
    });
    for (const act of [full.create(ANN, 5), full.append(id, 0, chunks("tea"))])
      expect(await act.catch((error: unknown) => error)).to.be.instanceOf(StorageError);
    expect(await full.ofOwner("@ann:x")).to.have.length(1);
  });

  it("have no other names than ids", async () => {
    await writeFile(
      join(folder, "evil.json"),
      JSON.stringify({ owner: "@ann:x", size: 1, metadata: {}, created_at: 1 }),
    );
    await writeFile(join(folder, "evil"), "");
    for (const id of ["evil", "../evil", `${"0".repeat(31)}/`]) expect(await files.find(id)).to.equal(undefined);
  });

  it("go where nothing has come of them since a time, with what broke off", async () => {
    const [old, young] = [await files.create(ANN, 5), await files.create(ANN, 5)];
    await writeFile(join(folder, "0".repeat(32)), "without a note");
    for (const name of [old.id, "0".repeat(32)]) await utimes(join(folder, name), 1000, 1000);
    await utimes(join(folder, young.id), 2000, 2000);
    expect(await files.removeBefore(1_500_000)).to.equal(2);
    expect((await files.ofOwner("@ann:x")).map(({ id }) => id)).to.deep.equal([young.id]);
    expect(await readdir(folder)).to.have.length(2);
  });
});
