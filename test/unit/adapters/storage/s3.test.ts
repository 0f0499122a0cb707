import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { CreateMultipartUploadCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { s3BundleStore } from "../../../../src/adapters/storage/s3-bundle-store.ts";
import { s3Client } from "../../../../src/adapters/storage/s3-client.ts";
import type { BundleStore } from "../../../../src/ports/bundle-store.ts";
import { StorageError } from "../../../../src/ports/storage-error.ts";
import { VirtualTime } from "../../../support/fakes/virtual-time.ts";
import { AMPLE } from "../../../support/fakes/ample-space.ts";
import { startS3Server, type S3Server } from "../../../support/s3-server.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { breakingProxy, type BreakingProxy } from "./breaking-proxy.ts";
import { bundleStoreContract } from "../../../contracts/bundle-store.ts";

const LARGE = randomBytes(12 * 1024 ** 2);

describe("an S3 server", () => {
  let server: S3Server;
  let proxy: BreakingProxy;
  let bucket: string;
  let workFolder: string;
  const logged: string[] = [];

  before(async () => {
    server = await startS3Server();
    proxy = await breakingProxy(server.access.endpoint);
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });
  beforeEach(async () => {
    bucket = await server.createBucket();
    workFolder = await mkdtemp(join(tmpdir(), "roomporter-s3-"));
    proxy.breaks = () => undefined;
    logged.length = 0;
  });
  afterEach(() => rm(workFolder, { recursive: true }));

  function store(changes: { endpoint?: string; bucket?: string } = {}): BundleStore {
    const client = s3Client({ ...server.access, ...changes });
    const logger = {
      ...SILENT,
      warn: (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message })),
    };
    return s3BundleStore({
      client,
      bucket,
      prefix: "kept/",
      workFolder,
      space: AMPLE,
      logger,
      timer: new VirtualTime(),
      ...changes,
    });
  }
  async function large(): Promise<string> {
    const path = join(workFolder, "large.zip");
    await writeFile(path, LARGE);
    return path;
  }
  async function failure(act: Promise<unknown>): Promise<unknown> {
    return await act.then(
      () => undefined,
      (error: unknown) => error,
    );
  }
  async function expectNothingKept(): Promise<void> {
    expect(await Array.fromAsync(store().list())).to.deep.equal([]);
    expect(await server.unfinished(bucket)).to.deep.equal([]);
  }

  describe("as bundle store", () =>
    bundleStoreContract(async () => ({ store: store(), unfinished: () => server.unfinished(bucket) })));

  it("is sent a large bundle in parts, under the prefix", async () => {
    await store().put("large", await large());
    const object = await server.client.send(new HeadObjectCommand({ Bucket: bucket, Key: "kept/large.zip" }));
    expect(object.ETag).to.match(/-3"$/);
    expect(object.ContentType).to.equal("application/zip");
  });

  it("is left without a part where it fails in the middle of an upload", async () => {
    let parts = 0;
    proxy.breaks = ({ url }) => {
      if (!url?.includes("partNumber=")) return undefined;
      parts++;
      return url.includes("partNumber=1&") ? undefined : { status: 500 };
    };
    const error = await failure(store({ endpoint: proxy.url }).put("large", await large()));
    expect(error).to.be.instanceOf(StorageError).with.property("fault", "away");
    expect(parts).to.be.greaterThan(2);
    await expectNothingKept();
  });

  it("is left without a part where the upload is called off in the middle", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    proxy.breaks = ({ url }) => {
      if (url?.includes("partNumber=1&")) controller.abort(reason);
      return undefined;
    };
    expect(await failure(store({ endpoint: proxy.url }).put("large", await large(), controller.signal))).to.equal(
      reason,
    );
    await expectNothingKept();
  });

  it("is asked again where a connection breaks, for an upload and for a download", async () => {
    const seen = new Set<string>();
    proxy.breaks = ({ method, url, headers }) => {
      const first = !seen.has(`${method} ${url} ${headers.range}`);
      seen.add(`${method} ${url} ${headers.range}`);
      if (method === "PUT" && url?.includes("partNumber=2&") && first) return { status: 503 };
      return method === "GET" && headers.range?.startsWith("bytes=0-") ? { cutAfter: 3_000_000 } : undefined;
    };
    const broken = store({ endpoint: proxy.url });
    await broken.put("large", await large());
    const found = await broken.open("large");
    expect(found && LARGE.equals(await buffer(found.body))).to.equal(true);
    await using local = await broken.localFile("large");
    expect(local).to.have.property("path").that.is.a("string");
    expect([...seen].filter((call) => call.startsWith("GET") && !call.includes("bytes=0-"))).not.to.be.empty;
  });

  it("gives up a download that breaks off without end, and leaves no file", async () => {
    await store().put("large", await large());
    proxy.breaks = ({ method }) => (method === "GET" ? { cutAfter: 0 } : undefined);
    const error = await failure(store({ endpoint: proxy.url }).localFile("large"));
    expect(error).to.be.instanceOf(StorageError).with.property("fault", "away");
    expect(await readdir(workFolder)).to.deep.equal([]);
  });

  it("is believed only where it gives the bytes that were asked for", async () => {
    await store().put("large", await large());
    const whole = { start: 0, end: LARGE.length - 1 };
    const middle = { start: 10, end: LARGE.length - 1 };
    const read = async (range: typeof whole): Promise<Buffer> => {
      const found = await store({ endpoint: proxy.url }).open("large", range);
      return found ? await buffer(found.body) : Buffer.alloc(0);
    };
    const answer = (range: string | undefined) => () => ({ range });
    // a store that gives the whole where the whole was asked for
    proxy.breaks = answer(undefined);
    expect(LARGE.equals(await read(whole))).to.equal(true);
    // the whole, another part, more, in place of a part
    for (const [asked, range] of [
      [middle, undefined],
      [middle, "bytes=0-100"],
      [{ start: 10, end: 19 }, "bytes=10-29"],
    ] as const) {
      proxy.breaks = answer(range);
      expect(await failure(read(asked)))
        .to.be.instanceOf(StorageError)
        .with.property("fault", "refused");
    }
    expect(logged.filter((line) => line.includes("other bytes"))).to.have.length(3);
  });

  it("does not double what it gives where a download goes on and a cache does not know ranges", async () => {
    await store().put("large", await large());
    let calls = 0;
    proxy.breaks = ({ method }) => {
      if (method !== "GET") return undefined;
      return calls++ === 0 ? { cutAfter: 3_000_000 } : { range: undefined };
    };
    expect(await failure(store({ endpoint: proxy.url }).localFile("large"))).to.have.property("fault", "refused");
    expect(await readdir(workFolder)).to.deep.equal([]);
  });

  it("may not list unfinished uploads, which the log says once, or say 404 where there are none", async () => {
    const broken = store({ endpoint: proxy.url });
    const lists = (breakage: { status: number; body?: string }) => {
      proxy.breaks = ({ method, url }) => (method === "GET" && url?.includes("uploads") ? breakage : undefined);
      return failure(broken.removeUnfinished(Date.now()));
    };
    const code = (name: string): string => `<Error><Code>${name}</Code></Error>`;
    expect(await lists({ status: 404, body: code("NoSuchUpload") })).to.equal(undefined);
    expect(logged).to.deep.equal([]);
    for (const status of [501, 405, 403]) expect(await lists({ status }), String(status)).to.equal(undefined);
    expect(logged).to.have.length(1);
    expect(logged[0]).to.include("AbortIncompleteMultipartUpload");
    expect(await lists({ status: 404, body: code("NoSuchBucket") })).to.have.property("fault", "refused");
  });

  it("is not asked for more than the disk can hold", async () => {
    await store().put("large", await large());
    const space = {
      require: async (bytes: number) => {
        if (bytes > 1_000_000) throw new StorageError("full", "small");
      },
    };
    const { client } = server;
    const small = s3BundleStore({ client, bucket, prefix: "kept/", workFolder, space, logger: SILENT });
    expect(await failure(small.localFile("large"))).to.have.property("fault", "full");
    expect(await readdir(workFolder)).to.deep.equal([]);
  });

  it("is told from one that refuses, and neither puts a secret into the log", async () => {
    proxy.breaks = ({ method }) => (method === "HEAD" || method === "PUT" ? { status: 503 } : undefined);
    const away = store({ endpoint: proxy.url });
    expect(await failure(away.check())).to.have.property("fault", "away");
    expect(await failure(away.size("one"))).to.have.property("fault", "away");
    expect(await failure(store({ endpoint: "http://127.0.0.1:1" }).check())).to.have.property("fault", "away");
    expect(await failure(store({ bucket: "no-such-bucket" }).check())).to.have.property("fault", "refused");
    expect(await failure(store({ bucket: "no-such-bucket" }).put("one", await large()))).to.have.property(
      "fault",
      "refused",
    );
    expect(logged).to.have.length(5);
    const { access_key_id, secret_access_key } = server.access;
    for (const line of logged) {
      expect(line).not.to.include(access_key_id);
      expect(line).not.to.include(secret_access_key);
    }
  });

  it("is rid of the parts of dead uploads, of ours and old ones alone", async () => {
    for (const Key of ["kept/dead.zip", "kept/other.txt", "else/dead.zip"])
      await server.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    // Moto says of every upload that it began in 2010
    await store().removeUnfinished(Date.UTC(2009));
    expect(await server.unfinished(bucket)).to.have.length(3);
    await store().removeUnfinished(Date.UTC(2011));
    expect(await server.unfinished(bucket)).to.have.members(["kept/other.txt", "else/dead.zip"]);
  });

  it("may hold other things", async () => {
    for (const Key of ["kept/readme.txt", "kept/deep/one.zip", "one.zip"])
      await server.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    expect(await Array.fromAsync(store().list())).to.deep.equal([]);
  });
});
