// npm run test:stores: the contract of bundle stores against S3 servers of several kinds, beyond the one of `npm test`. Installs them
// first, into .cache/stores, as far as this machine has Go and Maven. Plain JavaScript without packages, for it is what installs them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { installDependencies } from "./dependencies.js";
import { motoPython } from "./moto.js";
import { main, run, TOP } from "./run.js";

const FOLDER = join(TOP, ".cache", "stores");
const GO = [
  { program: "versitygw", module: "github.com/versity/versitygw/cmd/versitygw@v1.8.0" },
  { program: "rclone", module: "github.com/rclone/rclone@v1.76.0" },
  { program: "minio", module: "github.com/minio/minio@latest" },
];
const S3MOCK = "5.1.0";

await main(async () => {
  const node = await installDependencies();
  motoPython();
  mkdirSync(FOLDER, { recursive: true });
  for (const { program, module } of GO) {
    if (existsSync(join(FOLDER, program))) continue;
    console.error(`Installing ${module} (once, some minutes) …`);
    spawnSync("go", ["install", module], { stdio: ["ignore", 2, 2], env: { ...process.env, GOBIN: FOLDER } });
  }
  const jar = join(FOLDER, "s3mock.jar");
  if (!existsSync(jar)) {
    console.error(`Installing S3Mock ${S3MOCK} (once) …`);
    const artifact = `-Dartifact=com.adobe.testing:s3mock:${S3MOCK}:jar:exec`;
    const options = ["-q", "-B", "dependency:copy", artifact, `-DoutputDirectory=${FOLDER}`];
    if (spawnSync("mvn", options, { cwd: FOLDER, stdio: ["ignore", 2, 2] }).status === 0)
      renameSync(join(FOLDER, `s3mock-${S3MOCK}-exec.jar`), jar);
  }
  return run(node, ["node_modules/mocha/bin/mocha.js", "--reporter", "spec", "test/stores/*.test.ts"]);
});
