import { Router } from "express";

/** Rejects where a thing that the service needs is not there; the rejection's message says what is missing. */
export type ReadinessCheck = () => Promise<void>;

/** A check that takes longer counts as failed, in milliseconds. */
const PATIENCE_MS = 2000;

/**
 * `/live`: the process answers, and says whose it is (`config check` tells its own service from another one by that). `/ready`: it can
 * do its work, else 503 with what is missing.
 */
export function operationsRouter(serviceUser: string, checks: Readonly<Record<string, ReadinessCheck>>): Router {
  const router = Router();
  router.get("/live", (_request, response) => {
    response.json({ live: true, service_user: serviceUser });
  });
  router.get("/ready", async (_request, response) => {
    const names = Object.keys(checks);
    const results = await Promise.all(Object.values(checks).map((check) => Promise.race([outcome(check), tooSlow()])));
    const missing = names.flatMap((name, index) => {
      const message = results[index];
      return message === undefined ? [] : [{ name, message }];
    });
    response.status(missing.length === 0 ? 200 : 503).json({ ready: missing.length === 0, missing });
  });
  return router;
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

function tooSlow(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("no answer in time"), PATIENCE_MS).unref();
  });
}
