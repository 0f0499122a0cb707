import { z } from "zod";
import { CAPABILITIES, type Capabilities } from "../../ports/homeserver/capabilities.ts";
import { CliError, EXIT } from "../exit.ts";
import { table, type Output } from "../output.ts";
import type { ServiceClient } from "../service/service-client.ts";

const REPORT = CAPABILITIES.loose().extend({ problems: z.array(z.object({ key: z.string(), message: z.string() })) });

/** Has the homeserver probed, and prints what came of it. @throws CliError where it cannot do what the configuration asks for */
export async function checkHomeserver(client: ServiceClient, output: Output): Promise<void> {
  const report = await client.ask("POST", "/v1/homeserver/check", REPORT);
  output.result(table([["WHAT", "FOUND", "WHY"], ...rowsOf(report)]), report);
  if (report.problems.length > 0)
    throw new CliError(EXIT.failed, report.problems.map(({ key, message }) => `${key}: ${message}`).join("\n"));
}

/** In the words of the API, so that they are found there and in the documents. */
function rowsOf({ room_versions: rooms, spec_versions: spec, reasons, ...found }: Capabilities): string[][] {
  const row = (name: string, value: string): string[] => [name, value, reasons[name] ?? ""];
  return [
    row("software", found.software ?? "unknown"),
    row("spec_versions", spec.length === 0 ? "unknown" : `${spec[0] ?? ""} to ${spec.at(-1) ?? ""}`),
    row("room_versions", rooms.available.map(({ version }) => version).join(", ") || "unknown"),
    row("state_event_ids", yesOrNo(found.state_event_ids)),
    row("dated_events", yesOrNo(found.dated_events)),
    row("dated_state", yesOrNo(found.dated_state)),
    row("redaction", found.redaction ?? "unknown"),
    row("durable_transactions", yesOrNo(found.durable_transactions)),
    row("bundled_edits", yesOrNo(found.bundled_edits)),
    row("page_limit", found.page_limit === null ? "-" : String(found.page_limit)),
    row("upload_limit", found.upload_limit === null ? "-" : `${String(found.upload_limit)} bytes`),
    row("admin_api", found.admin_api ?? (reasons["admin_api"] === undefined ? "not configured" : "unknown")),
    row("media", yesOrNo(found.media)),
    row("forget", yesOrNo(found.forget)),
  ];
}

function yesOrNo(value: boolean | null): string {
  if (value === null) return "unknown";
  return value ? "yes" : "no";
}
