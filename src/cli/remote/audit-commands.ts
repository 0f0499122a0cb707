import { Option, type Command } from "commander";
import { auditOptions } from "../../audit/options.ts";
import type { Actions } from "../actions.ts";
import type { AuditListOptions } from "./audit-list.ts";
import { addTypedOptions } from "../service/typed-options.ts";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import type { World } from "../world.ts";

/** The audit log, asked of a running service; and its check, which needs the database alone. */
export function addAuditCommands(program: Command, actions: Actions, world: World): void {
  const audit = program.command("audit").description("read and check the audit log");
  const outputOf = (command: Command): Output => new Output(world, command.optsWithGlobals<GlobalOptions>());

  withConnection(
    addTypedOptions(
      audit
        .command("list")
        .description("who did what, newest first (admins)")
        .addOption(
          new Option("--format <format>", "csv and ndjson begin with the oldest row")
            .choices(["table", "csv", "ndjson"])
            .default("table"),
        ),
      auditOptions,
    ),
  )
    .addHelpText(
      "after",
      "\nExample:\n  roomporter audit list --action export --format csv --tenant home > exports.csv",
    )
    .action(async (options: AuditListOptions & ConnectionOptions, command: Command) => {
      const { listAudit } = await import("./audit-list.ts");
      await listAudit(await connect(options, world), options, world, outputOf(command));
    });

  audit
    .command("verify")
    .description("walk the whole audit log in the database, and name the first row that is not as it was written")
    .requiredOption("-c, --config <file>", "config.yaml")
    .option("--expect <position:hash>", "also tell whether this row, noted before, is still there and the same")
    .addHelpText("after", "\nExample:\n  roomporter audit verify -c config.yaml")
    .action(async ({ config, expect }: { config: string; expect?: string }, command: Command) => {
      const { verifyAudit } = await import("./audit-verify.ts");
      await verifyAudit(actions, config, expect, outputOf(command));
    });
}
