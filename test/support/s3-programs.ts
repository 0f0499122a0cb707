import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { motoPython } from "../../scripts/moto.js";
import { TOP } from "../../scripts/run.js";

/** What every server of the tests is to let in. */
export const KEYS = { access_key_id: "AKIATESTTESTTESTTEST", secret_access_key: "this-must-never-be-in-a-log" };

/** How to start an S3 server at 127.0.0.1. */
export interface S3Program {
  command: string;
  args(port: number, dir: string): string[];
  env?: NodeJS.ProcessEnv;
}

const FOLDER = join(TOP, ".cache", "stores");
const { access_key_id: id, secret_access_key: secret } = KEYS;

/** Moto, which is installed first where it is missing. */
export function moto(): S3Program {
  return { command: motoPython(), args: (port) => ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)] };
}

/** The servers that `npm run test:stores` installs; `missing` where it could not. */
export const STORES: { name: string; missing: string | undefined; program: S3Program }[] = [
  installed("versitygw", {
    command: join(FOLDER, "versitygw"),
    args: (port, dir) => ["--port", `127.0.0.1:${port}`, "posix", data(dir)],
    env: { ROOT_ACCESS_KEY: id, ROOT_SECRET_KEY: secret },
  }),
  installed("minio", {
    command: join(FOLDER, "minio"),
    args: (port, dir) => ["server", "--quiet", "--address", `127.0.0.1:${port}`, data(dir)],
    env: { MINIO_ROOT_USER: id, MINIO_ROOT_PASSWORD: secret, MINIO_BROWSER: "off" },
  }),
  installed("rclone", {
    command: join(FOLDER, "rclone"),
    args: (port, dir) => ["serve", "s3", "--addr", `127.0.0.1:${port}`, "--auth-key", `${id},${secret}`, data(dir)],
  }),
  installed("s3mock.jar", {
    command: "java",
    args: (port) => ["-Xmx256m", "-jar", join(FOLDER, "s3mock.jar"), "--server.port=0", `--http.port=${port}`],
  }),
];

function installed(file: string, program: S3Program): (typeof STORES)[number] {
  const missing = existsSync(join(FOLDER, file)) ? undefined : `no ${file} (npm run test:stores installs it)`;
  return { name: file.replace(".jar", ""), missing, program };
}

function data(dir: string): string {
  const path = join(dir, "data");
  mkdirSync(path, { recursive: true });
  return path;
}
