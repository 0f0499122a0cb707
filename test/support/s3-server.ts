import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";
import { s3Client } from "../../src/adapters/storage/s3-client.ts";
import { freePort, startProcess, type ServerProcess } from "./process.ts";
import { KEYS, moto, type S3Program } from "./s3-programs.ts";

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

/** Starts a server: Moto's, unless it is told another (about 3 s). */
export async function startS3Server(program: S3Program = moto()): Promise<S3Server> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-s3-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(dir, "server.log");
  const server = startProcess(program.command, program.args(port, dir), log, program.env);
  const access: S3Access = {
    endpoint,
    region: "us-east-1",
    ...KEYS,
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
    await serves(client, server, log);
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
      try {
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
        return (Uploads ?? []).map(({ Key }) => Key ?? "");
      } catch (error) {
        // what some say as long as there was none
        if (error instanceof S3ServiceException && error.name === "NoSuchUpload") return [];
        throw error;
      }
    },
    close,
  };
}

async function serves(client: S3Client, server: ServerProcess, log: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await client.send(new ListBucketsCommand());
      return;
    } catch (error) {
      if (!server.running() || Date.now() > deadline)
        throw new Error(
          `the S3 server does not start; the end of its log:\n${readFileSync(log, "utf8").slice(-3000)}`,
          {
            cause: error,
          },
        );
    }
    await sleep(100);
  }
}
