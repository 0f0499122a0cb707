import { stringMember } from "../../matrix/json.ts";
import { isImport, type Job } from "../../ports/job-store.ts";

/** Has this job made a bundle that can be fetched? What an import was given is none, nor what a conversion has only looked through. */
export function hasBundle({ kind, state, report }: Pick<Job, "kind" | "state" | "report">): boolean {
  if (state !== "succeeded" || isImport(kind)) return false;
  return kind !== "convert" || stringMember(report, "file_name") !== undefined;
}
