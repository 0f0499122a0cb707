import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const PAGE = new URL("../../docs/bundle-format.md", import.meta.url);

/**
 * Runs the commands by which docs/bundle-format.md checks a signature without this program, in `folder`, on its `room.zip` and
 * `key.pem`. Gives what they print, and whether the last one was content.
 */
export async function documentedCheck(folder: string): Promise<{ ok: boolean; output: string }> {
  const [, section = ""] = (await readFile(PAGE, "utf8")).split("### Signature");
  const [, script] = /```sh\n([^]*?)```/.exec(section) ?? [];
  if (script === undefined) throw new Error("the page has no commands for a signature");
  try {
    const { stdout, stderr } = await promisify(execFile)("sh", ["-c", script], { cwd: folder });
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr };
  }
}
