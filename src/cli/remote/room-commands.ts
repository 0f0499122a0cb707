import type { Command } from "commander";
import { connect, withConnection, type ConnectionOptions } from "../service/connection.ts";
import { Output, type GlobalOptions } from "../output.ts";
import { newRoomOptions, policyChanges, workspacesOptions } from "../../rooms/options.ts";
import { ROOM_ARGUMENT } from "../service/room-name.ts";
import { addTypedOptions } from "../service/typed-options.ts";
import type { World } from "../world.ts";

/** The commands below `room` that make rooms and look after them. */
export function addRoomKeeping(room: Command, world: World): void {
  const outputOf = (command: Command): Output => new Output(world, command.optsWithGlobals<GlobalOptions>());

  withConnection(
    addTypedOptions(
      room.command("create").description("make a room, and print its id; you are invited into it").argument("<name>"),
      newRoomOptions,
    ),
  )
    .addHelpText("after", "\nExample:\n  roomporter room create 'Board' --roles board --incognito --tenant home")
    .action(async (name: string, options: ConnectionOptions, command: Command) => {
      const { createRoom } = await import("./manage-rooms.ts");
      await createRoom(await connect(options, world), name, options, outputOf(command));
    });

  withConnection(
    room
      .command("list")
      .description("rooms made by the service that you may know of; with --joined every room that you are in")
      .option("--joined", "the rooms that you are in, whoever made them"),
  )
    .addHelpText("after", "\nExample:\n  roomporter room list --joined --tenant home")
    .action(async ({ joined = false, ...options }: ConnectionOptions & { joined?: boolean }, command: Command) => {
      const { listJoinedRooms, listRooms } = await import("./room-list.ts");
      await (joined ? listJoinedRooms : listRooms)(await connect(options, world), outputOf(command));
    });

  withConnection(
    addTypedOptions(room.command("workspaces").description("spaces in which you may make rooms"), workspacesOptions),
  ).action(async (options: ConnectionOptions, command: Command) => {
    const { listWorkspaces } = await import("./room-list.ts");
    await listWorkspaces(await connect(options, world), options, outputOf(command));
  });

  for (const [act, description] of [
    ["invite", "invite somebody into a room made by the service; yourself, where you hold its role"],
    ["kick", "remove somebody from a room made by the service"],
  ] as const)
    withConnection(
      room
        .command(act)
        .description(description)
        .argument(...ROOM_ARGUMENT)
        .argument("<user_id>"),
    ).action(async (roomId: string, userId: string, options: ConnectionOptions, command: Command) => {
      const { changeMember } = await import("./manage-rooms.ts");
      await changeMember(await connect(options, world), act, roomId, userId, outputOf(command));
    });

  withConnection(
    room
      .command("close")
      .description("close a room made by the service for good: everybody is removed, what was said is deleted")
      .argument(...ROOM_ARGUMENT)
      .option("--yes", "do not ask for the room's name first"),
  ).action(async (name: string, options: ConnectionOptions & { yes?: boolean }, command: Command) => {
    const { closeRoom } = await import("./room-close.ts");
    await closeRoom(() => connect(options, world), name, options, world, outputOf(command));
  });

  withConnection(
    addTypedOptions(
      room
        .command("policy")
        .description("change rules of a room made by the service")
        .argument(...ROOM_ARGUMENT),
      policyChanges,
    ),
  ).action(async (roomId: string, options: ConnectionOptions, command: Command) => {
    const { changePolicy } = await import("./manage-rooms.ts");
    await changePolicy(await connect(options, world), roomId, options, outputOf(command));
  });
}
