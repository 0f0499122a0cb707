import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { motoPython } from "../../scripts/moto.js";
import { s3Client } from "../../src/adapters/storage/s3-client.ts";
import { answers, freePort, startProcess } from "./process.ts";

/** The `storage` of a config, as far as it says how to reach the server. */
export interface S3Access {
  endpoint: string;
  region: string;
  access_key_id: string;
  secret_access_key: string;
  force_path_style: boolean;
}

/** A real S3 server at 127.0.0.1, with nothing in it. */
export interface S3Server {
  readonly access: S3Access;
  readonly client: S3Client;
  /** Makes a bucket that no other test has. */
  createBucket(): Promise<string>;
  /** The keys of uploads that have parts there and are not complete. */
  unfinished(bucket: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts Moto's server (about 3 s). */
export async function startS3Server(): Promise<S3Server> {
  const python = motoPython();
  const dir = mkdtempSync(join(tmpdir(), "roomporter-s3-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(dir, "moto.log");
  const server = startProcess(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], log);
  const access: S3Access = {
    endpoint,
    region: "us-east-1",
    access_key_id: "AKIATESTTESTTESTTEST",
    secret_access_key: "this-must-never-be-in-a-log",
    force_path_style: true,
  };
  const client = s3Client(access);
  let buckets = 0;
  const close = async (): Promise<void> => {
    client.destroy();
    await server.end("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await answers(`${endpoint}/moto-api/data.json`, server, log);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    access,
    client,
    async createBucket() {
      const Bucket = `bundles-${++buckets}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    async unfinished(bucket) {
      const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return (Uploads ?? []).map(({ Key }) => Key ?? "");
    },
    close,
  };
}
