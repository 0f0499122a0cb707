import { startService, type Service } from "./service.ts";
import { sharedSynapse } from "./shared-synapse.ts";

let started: Promise<Service> | undefined;

/** One service for all tests that only use it; never stop or kill it. */
export function sharedService(): Promise<Service> {
  started ??= sharedSynapse().then((synapse) => startService({ synapse, registration: synapse.takeRegistration() }));
  return started;
}

/** For the end of the run. */
export async function closeSharedService(): Promise<void> {
  await (await started)?.close();
}
