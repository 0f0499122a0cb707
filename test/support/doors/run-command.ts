import { PassThrough, Writable } from "node:stream";
import { runCli } from "../../../src/cli/run.ts";
import type { Actions } from "../../../src/cli/actions.ts";
import { VirtualTime } from "../fakes/virtual-time.ts";
import type { World } from "../../../src/cli/world.ts";

/** What a command line did. */
export interface Ran {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface Surroundings {
  stdin?: World["stdin"];
  env?: Record<string, string>;
  /** stdout is a terminal */
  terminal?: boolean;
  /** stderr is one */
  watched?: boolean;
  /** Ctrl-C */
  interrupt?: AbortSignal;
  /** is given all of stderr whenever something comes */
  told?: (stderr: string) => void;
  /** is given all of stdout whenever something comes */
  given?: (stdout: Buffer) => void;
  actions?: Partial<Actions>;
}

/** Runs `roomporter …` within this process. */
export async function run(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const stdout = collector((bytes) => surroundings.given?.(bytes));
  const stderr = collector((bytes) => surroundings.told?.(bytes.toString()));
  const world: World = {
    stdin: surroundings.stdin ?? new PassThrough().end(),
    stdout: Object.assign(stdout.stream, { isTTY: surroundings.terminal === true }),
    stderr: Object.assign(stderr.stream, { isTTY: surroundings.watched === true }),
    env: { XDG_CONFIG_HOME: "/nowhere", ...surroundings.env },
    timer: new VirtualTime(),
    keepSmall: () => undefined,
    interrupt: () => surroundings.interrupt ?? new AbortController().signal,
  };
  const unexpected = (): never => {
    throw new Error("not expected");
  };
  const actions = {
    version: "1.2.3",
    serve: unexpected,
    worker: unexpected,
    copyDatabase: unexpected,
    registration: unexpected,
    configCheck: unexpected,
    confirmClock: unexpected,
    auditVerify: unexpected,
  };
  const code = await runCli(args, { ...actions, ...surroundings.actions }, world);
  return { code, stdout: stdout.bytes(), stderr: stderr.bytes().toString() };
}

/** A pipe that says this. */
export function piped(bytes: Uint8Array | string): World["stdin"] {
  const stream = new PassThrough();
  stream.end(bytes);
  return stream;
}

function collector(came?: (all: Buffer) => void): { stream: Writable; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      came?.(Buffer.concat(chunks));
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
