#!/usr/bin/env node
// Plain JavaScript that every Node from 20 on can read: finds a Node that is new enough, then starts the program.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 19)) {
  // what the packages that Roomporter stands on should do otherwise is no news for who runs it
  process.noDeprecation = true;
  // A checkout runs its sources; below node_modules Node does not strip types, so that a package brings JavaScript.
  const source = new URL("../src/main.ts", import.meta.url);
  await import((existsSync(source) ? source : new URL("../dist/main.js", import.meta.url)).href);
} else {
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `roomporter needs Node.js 22.19 or newer, and this is ${process.version}: please install a newer one.\n`,
    );
    process.exit(1);
  }
  runWith(node);
}

/**
 * The Node binary that npm has installed beside Roomporter, where there is one for this platform.
 * @returns {string | undefined}
 */
function installedNode() {
  try {
    const { resolve } = module.createRequire(import.meta.url);
    return resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return undefined;
  }
}

/**
 * Becomes that Node as far as a process can: same terminal, same signals, same exit code.
 * @param {string} node
 */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]))
    process.on(signal, () => {
      // the terminal has already sent its Ctrl-C to both
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  child.on("error", () => {
    process.stderr.write(
      `roomporter needs Node.js 22.19 or newer, and ${node} does not run here: please install one.\n`,
    );
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
