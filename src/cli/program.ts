import { Command } from "commander";
import { exportNowOptions } from "../exports/options.ts";
import { importOptions } from "../imports/options.ts";
import { cancelOptions } from "../jobs/options.ts";
import type { Actions } from "./actions.ts";
import { addAuditCommands } from "./remote/audit-commands.ts";
import { addCompletionCommand } from "./completion/completion-command.ts";
import { addBundleCommands } from "./bundle/bundle-commands.ts";
import { addSpaceCommands } from "./remote/space-commands.ts";
import { addGdprCommands } from "./remote/gdpr-commands.ts";
import { connect, withConnection, type ConnectionOptions } from "./service/connection.ts";
import { addHomeserverCommands } from "./remote/homeserver-commands.ts";
import { addKeysCommand } from "./remote/keys-command.ts";
import { withKeys } from "./bundle/decrypt/decrypt-command.ts";
import { addRoomKeeping } from "./remote/room-commands.ts";
import { ROOM_ARGUMENT } from "./service/room-name.ts";
import { addTypedOptions } from "./service/typed-options.ts";
import { withForce } from "./output-file.ts";
import { Output, table, type GlobalOptions } from "./output.ts";
import { processWorld, type World } from "./world.ts";
import type { RoomExportOptions } from "./remote/export/room-export.ts";
import type { RoomImportOptions } from "./remote/room-import.ts";

const EXAMPLES = `
Examples:
  roomporter tenant add home --url https://roomporter.example.org
  roomporter room list --joined --tenant home
  roomporter room export '#tea:example.org' --tenant home -o room.zip
  roomporter bundle verify room.zip
  roomporter room import team --tenant home -f room.zip

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule (the room's kind may not travel).`;

/** The whole command line. What a command needs is loaded when it runs. */
export function buildProgram(actions: Actions, world: World = processWorld()): Command {
  const program = new Command("roomporter")
    .description("Makes Matrix rooms portable: one ZIP out, a new room in.")
    .version(actions.version, "-V, --version")
    .option("--json", "results as JSON")
    .option("-q, --quiet", "no progress, no remarks: only results and errors")
    .configureHelp({ showGlobalOptions: true, subcommandTerm: withInnerNames })
    .addHelpText("after", EXAMPLES);

  addServiceCommands(program.commandsGroup("Running the service:"), actions, world);
  program.commandsGroup("Rooms (these ask a running service):");
  addRoomCommands(program, world);
  addSpaceCommands(program, world);
  addGdprCommands(program, world);
  addJobCommands(program, world);
  addKeysCommand(program, world);
  addAuditCommands(program, actions, world);
  addHomeserverCommands(program, world);
  addTenantCommands(program, world);
  program.commandsGroup("Bundles (no service needed):");
  addBundleCommands(program, actions.version, world);
  addCompletionCommand(program.commandsGroup("Other:"), world);
  return program;
}

/** In a list of commands: `room export|import`. */
function withInnerNames(command: Command): string {
  const inner = command.commands.map((each) => each.name()).join("|");
  return inner === "" ? command.name() : `${command.name()} ${inner}`;
}

function outputOf(command: Command, world: World): Output {
  return new Output(world, command.optsWithGlobals<GlobalOptions>());
}

function addServiceCommands(program: Command, actions: Actions, world: World): void {
  program
    .command("serve")
    .description("run the service until it is told to stop (SIGTERM, Ctrl-C)")
    .requiredOption("-c, --config <file>", "config.yaml")
    .action(({ config }: { config: string }) => actions.serve(config));

  program
    .command("worker")
    .description("run jobs only, beside the service: any number of them, on PostgreSQL")
    .requiredOption("-c, --config <file>", "config.yaml")
    .action(({ config }: { config: string }) => actions.worker(config));

  const db = program.command("db").description("the service's database");
  db.command("copy")
    .description("copy everything of a stopped service from SQLite into an empty PostgreSQL database")
    .requiredOption("--from <url>", "sqlite:PATH")
    .requiredOption("--to <url>", "postgres://USER:PASSWORD@HOST/DATABASE")
    .addHelpText(
      "after",
      "\nExample:\n  roomporter db copy --from sqlite:data/roomporter.db --to postgres://roomporter@localhost/roomporter",
    )
    .action(async ({ from, to }: { from: string; to: string }, command: Command) => {
      const counts = await actions.copyDatabase(from, to);
      const rows = Object.entries(counts).map(([name, count]) => [name, String(count)]);
      outputOf(command, world).result(table([["TABLE", "ROWS"], ...rows]), counts);
    });

  db.command("confirm-clock")
    .description("say that the clock is right, where the log says that retention deletes nothing because it has jumped")
    .requiredOption("-c, --config <file>", "config.yaml")
    .addHelpText("after", "\nExample:\n  roomporter db confirm-clock -c config.yaml")
    .action(async ({ config }: { config: string }, command: Command) => {
      const at = new Date(await actions.confirmClock(config)).toISOString();
      outputOf(command, world).result(`Retention goes on from ${at}.`, { confirmed: at });
    });

  program
    .command("registration")
    .description("write the file that makes the homeserver know the service, with new tokens")
    .requiredOption("-u, --url <url>", "where the homeserver reaches the service")
    .requiredOption("-c, --config <file>", "config.yaml")
    .requiredOption("-o, --output <file>", "the registration file to write")
    .option("--force", "overwrite that file: its tokens are no longer valid then")
    .addHelpText(
      "after",
      "\nExample:\n  roomporter registration -u http://127.0.0.1:9820 -c config.yaml -o registration.yaml",
    )
    .action(async (options: { url: string; config: string; output: string; force?: boolean }, command: Command) => {
      await actions.registration(options);
      outputOf(command, world).note(
        `Wrote ${options.output}. Add its path to app_service_config_files in homeserver.yaml and restart the homeserver.`,
      );
    });

  program
    .command("config")
    .description("look at a configuration")
    .command("check")
    .description("tell whether the service can start with a configuration; each fault is named with its line")
    .requiredOption("-c, --config <file>", "config.yaml")
    .option("--online", "ask the homeserver (and a database server), too")
    .addHelpText("after", "\nExample:\n  roomporter config check --online -c config.yaml")
    .action(async ({ config, online = false }: { config: string; online?: boolean }, command: Command) => {
      const found = await actions.configCheck(config, { online });
      const output = outputOf(command, world);
      for (const line of [...found.facts, ...found.warnings]) output.note(line);
      if (output.json) output.result("", { valid: true, ...found });
      else output.note(`${config} is valid${found.warnings.length > 0 ? ", with warnings" : ""}.`);
    });
}

function addRoomCommands(program: Command, world: World): void {
  const room = program.command("room").description("export and import rooms, make them and look after them");

  withConnection(
    addTypedOptions(
      withKeys(
        withForce(
          room
            .command("export")
            .description("export a room that you are in, as one ZIP")
            .argument(...ROOM_ARGUMENT)
            .option("-o, --output <file>", "write this file instead of stdout; it appears only when it is complete"),
        ),
      )
        .option("--since-bundle <file>", "only what is not in this bundle of the same room; bundle merge joins them")
        .option("--update <file>", "bring this bundle of the room up to date, or make it; for cron")
        .option(
          "--with-predecessors",
          "with the predecessors of upgraded rooms, as far as you may see them, as one ZIP of bundles",
        ),
      exportNowOptions,
      ["since_bundle"],
    ),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  roomporter room list --joined --tenant home\n  roomporter room export '#tea:example.org' --tenant home -o room.zip\n  roomporter room export '#tea:example.org' --tenant home --update tea.zip",
    )
    .action(async (roomId: string, options: RoomExportOptions & ConnectionOptions, command: Command) => {
      const { exportRoom } = await import("./remote/export/room-export.ts");
      await exportRoom(() => connect(options, world), roomId, options, world, outputOf(command, world));
    });

  withConnection(
    addTypedOptions(
      room
        .command("import")
        .description("import a bundle into a new room, and print the room's id (with --json: the job)")
        .argument("[workspace]", "the space that the room joins: its slug, alias or room id")
        .option("-f, --file <file>", "read the bundle from this file instead of stdin")
        .option("--undo <room>", "close this room, which an import has made for you, after asking for its name")
        .option("--yes", "with --undo: do not ask"),
      importOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter room import team --tenant home --as @ann:example.org < room.zip")
    .action(async (workspace: string | undefined, options: RoomImportOptions & ConnectionOptions, command: Command) => {
      const output = outputOf(command, world);
      if (options.undo !== undefined || options.yes !== undefined) {
        const { undoImport } = await import("./remote/room-import-undo.ts");
        await undoImport(() => connect(options, world), workspace, options, world, output);
        return;
      }
      const { importRoom } = await import("./remote/room-import.ts");
      await importRoom(() => connect(options, world), workspace, options, world, output);
    });
  addRoomKeeping(room, world);
}

function addJobCommands(program: Command, world: World): void {
  const jobs = program.command("jobs").description("look at exports and imports, cancel them");

  withConnection(jobs.command("list").description("your jobs, newest first")).action(
    async (options: ConnectionOptions, command: Command) => {
      const { listJobs } = await import("./remote/manage-jobs.ts");
      await listJobs(await connect(options, world), outputOf(command, world));
    },
  );
  withConnection(
    jobs
      .command("show")
      .description("one job, with its report")
      .argument("<job_id>")
      .option("-f, --follow", "first show its progress until it has ended; exit code 1 where it did not succeed"),
  ).action(async (id: string, options: ConnectionOptions & { follow?: boolean }, command: Command) => {
    const { showJob } = await import("./remote/manage-jobs.ts");
    await showJob(await connect(options, world), id, options, world, outputOf(command, world));
  });
  withConnection(
    addTypedOptions(
      jobs
        .command("cancel")
        .description("end a job; the service leaves the room of an unfinished import")
        .argument("<job_id>"),
      cancelOptions,
    ),
  ).action(async (id: string, options: ConnectionOptions, command: Command) => {
    const { cancelJob } = await import("./remote/manage-jobs.ts");
    await cancelJob(await connect(options, world), id, options, outputOf(command, world));
  });
  withConnection(
    jobs
      .command("retry")
      .description("go on with a job that has failed, or was cancelled with --keep, from where it stood")
      .argument("<job_id>"),
  ).action(async (id: string, options: ConnectionOptions, command: Command) => {
    const { retryJob } = await import("./remote/manage-jobs.ts");
    await retryJob(await connect(options, world), id, outputOf(command, world));
  });
}

function addTenantCommands(program: Command, world: World): void {
  const tenant = program.command("tenant").description("profiles of services, for --tenant");

  tenant
    .command("add")
    .description("add a service, or replace it; its token is asked for, or read from stdin")
    .argument("<slug>", "its name in --tenant")
    .requiredOption("--url <url>", "its address, e.g. https://roomporter.example.org")
    .option("--token <token>", "the token (others may see it in the list of processes)")
    .addHelpText("after", "\nExample:\n  roomporter tenant add home --url https://roomporter.example.org < token.txt")
    .action(async (slug: string, options: { url: string; token?: string }, command: Command) => {
      const { addTenant } = await import("./remote/tenant.ts");
      await addTenant(slug, options, world, outputOf(command, world));
    });
  tenant
    .command("list")
    .description("the known services")
    .action(async (_options: object, command: Command) => {
      const { listTenants } = await import("./remote/tenant.ts");
      await listTenants(world, outputOf(command, world));
    });
  tenant
    .command("remove")
    .description("forget a service and its token")
    .argument("<slug>")
    .action(async (slug: string, _options: object, command: Command) => {
      const { removeTenant } = await import("./remote/tenant.ts");
      await removeTenant(slug, world, outputOf(command, world));
    });
}
