import type { Job } from "../../ports/job-store.ts";
import type { RunOperation } from "../../requests/operation.ts";
import type { Requester } from "../../requests/requester.ts";
import type { JobAccess } from "../job-access.ts";

/** One's own job (admins: any). @throws RequestError forbidden, not_found, unavailable */
export type ShowJob = (id: string, requester: Requester) => Promise<Job>;

export function showJob({ operate, access }: { operate: RunOperation; access: JobAccess }): ShowJob {
  return (id, requester) => operate({}, requester, ({ caller }) => access.find(id, caller), { session: true });
}
