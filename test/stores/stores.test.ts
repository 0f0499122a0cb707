import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { s3BundleStore } from "../../src/adapters/storage/s3-bundle-store.ts";
import type { BundleStore } from "../../src/ports/bundle-store.ts";
import { AMPLE } from "../support/fakes/ample-space.ts";
import { describeWhere } from "../support/describe-where.ts";
import { SILENT } from "../support/fakes/logger.ts";
import { STORES } from "../support/s3-programs.ts";
import { startS3Server, type S3Server } from "../support/s3-server.ts";
import { bundleStoreContract } from "../contracts/bundle-store.ts";

for (const { name, missing, program } of STORES)
  describeWhere(missing, name, () => {
    let server: S3Server;
    let bucket: string;
    let workFolder: string;
    before(async () => {
      server = await startS3Server(program);
    });
    after(() => server.close());
    beforeEach(async () => {
      bucket = await server.createBucket();
      workFolder = await mkdtemp(join(tmpdir(), "roomporter-s3-"));
    });
    afterEach(() => rm(workFolder, { recursive: true }));

    const store = (): BundleStore =>
      s3BundleStore({ client: server.client, bucket, prefix: "kept/", workFolder, space: AMPLE, logger: SILENT });

    bundleStoreContract(async () => ({ store: store(), unfinished: () => server.unfinished(bucket) }));

    it("is rid of the parts of dead uploads, of ours alone", async () => {
      await store().removeUnfinished(Date.now() + 60_000);
      for (const Key of ["kept/dead.zip", "kept/other.txt", "else/dead.zip"])
        await server.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
      await store().removeUnfinished(Date.now() + 60_000);
      expect(await server.unfinished(bucket)).to.have.members(["kept/other.txt", "else/dead.zip"]);
    });
  });
