import { readFile } from "node:fs/promises";
import { EVENT_ID, getScalarValue, load, parseEvents, YAMLException, type Event } from "js-yaml";
import { ConfigError, type Problem } from "./problem.ts";

/** A YAML document together with where everything in it stands. */
export interface LocatedYaml {
  value: unknown;
  /** Blames the member at that path, or the nearest one above it that exists. */
  problem(path: readonly PropertyKey[], message: string): Problem;
}

/**
 * Reads a file that holds one YAML document.
 * @param missing what is said where there is none
 * @throws ConfigError where it cannot be read or is not well-formed (double keys included)
 */
export async function readYaml(file: string, missing = "there is no such file"): Promise<LocatedYaml> {
  const text = await readText(file, missing);
  try {
    const lines = linesByPath(parseEvents(text, {}), text);
    const lineOf = (path: readonly PropertyKey[]): number =>
      path.length === 0 ? 1 : (lines.get(pathKey(path)) ?? lineOf(path.slice(0, -1)));
    return {
      value: load(text),
      problem: (path, message) => ({
        file,
        line: lineOf(path),
        message: path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
      }),
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new ConfigError([{ file, message: error.reason, ...(error.mark && { line: error.mark.line + 1 }) }]);
  }
}

async function readText(file: string, missing: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const message = code === "ENOENT" ? missing : `cannot be read (${code})`;
    throw new ConfigError([{ file, message }]);
  }
}

function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

/** js-yaml's events form a flat list in which each collection ends with a POP. */
function linesByPath(events: readonly Event[], text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let next = 0;
  const atPop = (): boolean => next >= events.length || events[next]?.type === EVENT_ID.POP;
  const note = (path: PropertyKey[]): void => {
    const offset = startOf(events[next]);
    if (offset >= 0 && !lines.has(pathKey(path))) lines.set(pathKey(path), text.slice(0, offset).split("\n").length);
  };
  const walk = (path: PropertyKey[]): void => {
    const event = events[next++];
    if (event?.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; !atPop(); index++) {
        note([...path, index]);
        walk([...path, index]);
      }
    } else if (event?.type === EVENT_ID.MAPPING) {
      while (!atPop()) {
        const key = events[next];
        const inner = key?.type === EVENT_ID.SCALAR ? [...path, getScalarValue(text, key)] : path;
        note(inner);
        walk(inner);
        walk(inner);
      }
    } else return;
    next++;
  };
  if (events[next]?.type === EVENT_ID.DOCUMENT) next++;
  walk([]);
  return lines;
}

function startOf(event: Event | undefined): number {
  if (event?.type === EVENT_ID.SCALAR) return event.valueStart;
  return event && "start" in event ? event.start : -1;
}
