import type { Command } from "commander";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import type { CreateOptions, PolicyOptions } from "./rooms.ts";
import type { World } from "../world.ts";

/** The commands below `room` that make rooms and look after them. */
export function addRoomKeeping(room: Command, world: World): void {
  const outputOf = (command: Command): Output => new Output(world, command.optsWithGlobals<GlobalOptions>());

  withConnection(
    room
      .command("create")
      .description("make a room, and print its id; you are invited into it")
      .argument("<name>")
      .option("--topic <text>")
      .option("--workspace <workspace>", "the space that it joins: its slug, alias or room id")
      .option("--incognito", "never exported or indexed, history only from joining on")
      .option("--public", "anybody on the homeserver may join")
      .option("--roles <role...>", "restricted: only holders of these roles may know of it and be in it")
      .option("--invite <user_id...>", "whom to invite")
      .option("--auto-close", "close it when its owner leaves")
      .option("--as <user_id>", "its owner (needs an admin token)"),
  )
    .addHelpText("after", "\nExample:\n  roomporter room create 'Board' --roles board --incognito --tenant home")
    .action(async (name: string, options: CreateOptions & ConnectionOptions, command: Command) => {
      const { createRoom } = await import("./rooms.ts");
      await createRoom(await connect(options, world), name, options, outputOf(command));
    });

  withConnection(room.command("list").description("rooms made by the service that you may know of")).action(
    async (options: ConnectionOptions, command: Command) => {
      const { listRooms } = await import("./rooms.ts");
      await listRooms(await connect(options, world), outputOf(command));
    },
  );

  withConnection(
    room
      .command("workspaces")
      .description("spaces in which you may make rooms")
      .option("--as <user_id>", "in which this user may (needs an admin token)"),
  ).action(async (options: ConnectionOptions & { as?: string }, command: Command) => {
    const { listWorkspaces } = await import("./rooms.ts");
    await listWorkspaces(await connect(options, world), options.as, outputOf(command));
  });

  for (const [act, description] of [
    ["invite", "invite somebody into a room made by the service; yourself, where you hold its role"],
    ["kick", "remove somebody from a room made by the service"],
  ] as const)
    withConnection(room.command(act).description(description).argument("<room_id>").argument("<user_id>")).action(
      async (roomId: string, userId: string, options: ConnectionOptions, command: Command) => {
        const { changeMember } = await import("./rooms.ts");
        await changeMember(await connect(options, world), act, roomId, userId, outputOf(command));
      },
    );

  withConnection(
    room
      .command("close")
      .description("close a room made by the service for good: everybody is removed, what was said is deleted")
      .argument("<room_id>"),
  ).action(async (roomId: string, options: ConnectionOptions, command: Command) => {
    const { closeRoom } = await import("./rooms.ts");
    await closeRoom(await connect(options, world), roomId, outputOf(command));
  });

  withConnection(
    room
      .command("policy")
      .description("change rules of a room made by the service")
      .argument("<room_id>")
      .option("--roles <role...>", "who may be in a restricted room")
      .option("--incognito", "from now on never exported or indexed; there is no way back")
      .option("--index", "indexers may read it; of an imported room only admins say so")
      .option("--no-index", "indexers leave it alone")
      .option("--auto-close", "close it when its owner leaves")
      .option("--no-auto-close", "do not"),
  ).action(async (roomId: string, options: PolicyOptions & ConnectionOptions, command: Command) => {
    const { changePolicy } = await import("./rooms.ts");
    await changePolicy(await connect(options, world), roomId, options, outputOf(command));
  });
}
