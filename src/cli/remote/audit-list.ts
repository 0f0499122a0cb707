import { pipeline } from "node:stream/promises";
import { auditOptions } from "../../audit/options.ts";
import { CliError, EXIT } from "../exit.ts";
import { table, type Output } from "../output.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { ServiceClient } from "../service/service-client.ts";
import type { World } from "../world.ts";

/** Beside this the options of `auditOptions`. */
export interface AuditListOptions {
  format: "table" | "csv" | "ndjson";
  spreadsheet?: boolean;
}

/** Rows of the audit log: as a table for people, or as they come for programs. @throws CliError */
export async function listAudit(
  client: ServiceClient,
  options: AuditListOptions,
  world: World,
  output: Output,
): Promise<void> {
  const { format, spreadsheet = false } = options;
  if (spreadsheet && format !== "csv") throw new CliError(EXIT.usage, "--spreadsheet goes with --format csv");
  const query = typedRequest(auditOptions, options);
  if (format !== "table") {
    try {
      await pipeline(await client.auditRows({ ...query, dir: "f" }, format), world.stdout, { end: false });
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw new CliError(EXIT.failed, "the service ended the list before it was complete");
    }
    return;
  }
  const page = await client.auditPage(query);
  if (page.rows.length === 0) output.note("There are no such rows.");
  const lines = page.rows.map((row) => [
    String(row.position),
    row.at,
    `${row.action} ${row.outcome}`,
    row.on_behalf_of === undefined ? row.actor : `${row.actor} for ${row.on_behalf_of}`,
    row.door,
    row.room_id ?? "-",
    [row.target ?? [], row.job_id ?? [], row.count ?? [], row.reasons ?? [], row.details ?? []].flat().join(" "),
  ]);
  const head = ["ROW", "TIME", "WHAT", "WHO", "DOOR", "ROOM", "MORE"];
  output.result(lines.length === 0 ? "" : table([head, ...lines]), page);
}
