import { setFlagsFromString } from "node:v8";
import { killLeaked } from "./process.ts";
import { closeSharedChromium } from "./shared-chromium.ts";
import { closeSharedPostgres } from "./shared-postgres.ts";
import { closeSharedService } from "./shared-service.ts";
import { closeSharedSynapse } from "./shared-synapse.ts";

// Buffers of archives come and go by the hundred: V8 would look through the whole heap of the test program for each 64 MB of them.
setFlagsFromString("--external-memory-accounted-in-global-limit");

/** Ends what the whole run shares, and fails a run that has left a process behind. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await closeSharedService();
    await closeSharedSynapse();
    await closeSharedPostgres();
    await closeSharedChromium();
    const left = killLeaked();
    if (left.length > 0) throw new Error(`processes left running:\n${left.join("\n")}`);
  },
};
