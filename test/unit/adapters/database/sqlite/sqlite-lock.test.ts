import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { lockSqlite } from "../../../../../src/adapters/database/sqlite/sqlite-lock.ts";

const MODULE = fileURLToPath(new URL("../../../../../src/adapters/database/sqlite/sqlite-lock.ts", import.meta.url));

describe("the lock of a SQLite file", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-lock-"));
    path = join(folder, "test.db");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is for one at a time", () => {
    const letGo = lockSqlite(path);
    for (let attempt = 0; attempt < 2; attempt++)
      expect(() => lockSqlite(path)).to.throw(`another process is using the database ${path}: stop it first.`);
    letGo();
    lockSqlite(path)();
  });

  it("ends with its process, however that ends", async () => {
    const program = `
      import { lockSqlite } from ${JSON.stringify(MODULE)};
      // held as long as the process: what nobody refers to is given back
      globalThis.held = lockSqlite(${JSON.stringify(path)});
      console.log("locked");
      setInterval(() => undefined, 1000);`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(other, "exit");
    try {
      await once(other.stdout, "data");
      expect(() => lockSqlite(path)).to.throw("another process is using the database");
    } finally {
      other.kill("SIGKILL");
      await exited;
    }
    lockSqlite(path)();
  });
});
