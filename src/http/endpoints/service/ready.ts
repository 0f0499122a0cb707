import { z } from "zod";
import { json } from "../../answers.ts";
import type { OpenRoute } from "../../route.ts";

/** Rejects where a thing that the service needs is not there; the rejection's message says what is missing. */
export type ReadinessCheck = () => Promise<void>;

/** A check that takes longer counts as failed, in milliseconds. */
const PATIENCE_MS = 2000;

const READY = z.object({
  ready: z.boolean(),
  missing: z.array(z.object({ name: z.string(), message: z.string() })),
  warnings: z.array(z.object({ name: z.string(), message: z.string() })),
});

type Checks = Readonly<Record<string, ReadinessCheck>>;

/**
 * `/ready`: the service can do its work, else 503 with what is missing.
 * @param watched what an operator should look at, but nobody is turned away for
 */
export function readyRoute(checks: Checks, watched: Checks = {}, patienceMs = PATIENCE_MS): OpenRoute {
  return {
    open: true,
    method: "get",
    path: "/ready",
    operationId: "ready",
    summary: "Can the service do its work?",
    answers: { 200: json(READY, "It can"), 503: json(READY, "It cannot: `missing` says why") },
    async handle(_request, response) {
      const [missing, warnings] = await Promise.all([failing(checks, patienceMs), failing(watched, patienceMs)]);
      response.status(missing.length === 0 ? 200 : 503).json({ ready: missing.length === 0, missing, warnings });
    },
  };
}

async function failing(checks: Checks, patienceMs: number): Promise<{ name: string; message: string }[]> {
  const results = await Promise.all(
    Object.values(checks).map((check) => Promise.race([outcome(check), tooSlow(patienceMs)])),
  );
  return Object.keys(checks).flatMap((name, index) => {
    const message = results[index];
    return message === undefined ? [] : [{ name, message }];
  });
}

/** undefined: all is well */
async function outcome(check: ReadinessCheck): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "failed";
  }
}

function tooSlow(patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("no answer in time"), patienceMs).unref();
  });
}
