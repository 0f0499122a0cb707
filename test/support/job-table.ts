import type { JobWork } from "../../src/jobs/job-run.ts";
import type { JobDefinition, JobTable } from "../../src/jobs/job-table.ts";
import type { JobKind } from "../../src/ports/job-store.ts";

/** Kinds of jobs that all do this work. */
export function fakeJobTable(work: JobWork = async () => ({})): JobTable {
  const of = (action: JobKind, permission: "user" | "admin"): JobDefinition => {
    return { action, permission, onBehalfOf: () => null, work };
  };
  return {
    export: of("export", "user"),
    import: of("import", "user"),
    gdpr_export: of("gdpr_export", "admin"),
    space_export: of("space_export", "user"),
    predecessors_export: of("predecessors_export", "user"),
    space_import: of("space_import", "user"),
    convert: of("convert", "user"),
  };
}
