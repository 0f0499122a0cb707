import type { AuditFault } from "../../ports/audit-log.ts";
import type { Actions } from "../actions.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Output } from "../output.ts";

const FAULTS: Readonly<Record<AuditFault, string>> = {
  altered: "it was changed: its hash is not that of what it says",
  missing: "it is not there",
  unchained: "it does not follow from the row before: one of the two was replaced",
  cut_beginning: "this and what is before it were removed, and not by retention",
  cut_end: "this and what comes after it were removed",
  not_as_witnessed: "it is not the row that was noted: the log was written anew",
};

/** Checks the audit log of a configuration. @throws CliError where it is not as it was written */
export async function verifyAudit(
  actions: Actions,
  config: string,
  expected: string | undefined,
  output: Output,
): Promise<void> {
  const found = await actions.auditVerify(config, expected === undefined ? undefined : witnessOf(expected));
  const { rows, removed, head, broken } = found;
  const gone = removed > 0 ? ` Retention has removed those up to ${String(removed)}.` : "";
  const sound = `The audit log is sound: ${String(rows)} rows.${gone}\nIt ends with ${String(head.position)}:${head.hash}`;
  output.result(broken ? "" : sound, found);
  if (broken)
    throw new CliError(EXIT.failed, `row ${String(broken.position)} of the audit log: ${FAULTS[broken.fault]}`);
}

function witnessOf(text: string): { position: number; hash: string } {
  const [, position = "", hash = ""] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash !== "") return { position: Number(position), hash };
  throw new CliError(EXIT.usage, "--expect takes POSITION:HASH, as an earlier run of this command has printed it");
}
