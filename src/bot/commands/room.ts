import type { Rooms } from "../../rooms/rooms.ts";
import type { NewRoomOptions, PolicyChanges } from "../../rooms/shapes.ts";
import type { Call, Command } from "../command.ts";
import { Misuse, optionsOf } from "../words.ts";

type Run = (call: Call) => Promise<void>;

const ACTS: Readonly<Record<string, { usage: string; parse: (rooms: Rooms, args: readonly string[]) => Run }>> = {
  create: {
    usage:
      "!room create NAME [--topic TEXT] [--workspace WORKSPACE] [--incognito] [--public] [--roles ROLE,…] [--invite USER,…] [--auto-close]",
    parse: create,
  },
  policy: {
    usage: "!room policy [--index] [--no-index] [--roles ROLE,…] [--incognito] [--auto-close] [--no-auto-close]",
    parse: policy,
  },
  invite: { usage: "!room invite USER", parse: (rooms, args) => withUser(args, rooms.invite, "invited") },
  kick: { usage: "!room kick USER", parse: (rooms, args) => withUser(args, rooms.kick, "removed") },
  close: { usage: "!room close", parse: close },
};

/** `!room …`: makes rooms, and looks after the one that it is said in. */
export function roomCommand(rooms: Rooms): Command {
  return {
    name: "room",
    usage: "!room ACT …",
    help: "makes a room (create), or looks after this one (policy, invite, kick, close); !room alone explains how.",
    parse([act, ...args]) {
      if (act === undefined)
        return async ({ tell }) => {
          const usages = Object.values(ACTS).map(({ usage }) => usage);
          await tell(usages.join("\n"));
        };
      const known = Object.hasOwn(ACTS, act) ? ACTS[act] : undefined;
      if (!known) throw new Misuse("I do not know that.");
      try {
        return known.parse(rooms, args);
      } catch (error) {
        throw error instanceof Misuse ? new Misuse(`${error.message} ${known.usage}.`) : error;
      }
    },
  };
}

function create(rooms: Rooms, args: readonly string[]): Run {
  const { flags, values, rest } = optionsOf(
    args,
    ["incognito", "public", "auto-close"],
    ["topic", "workspace", "roles", "invite"],
  );
  const [name, ...more] = rest;
  if (!name || more.length > 0) throw new Misuse('Give the room one name, in "quotes" where it has several words.');
  const topic = values.get("topic");
  const workspace = values.get("workspace");
  const options: NewRoomOptions = { name, ...(topic !== undefined && { topic }), ...(workspace && { workspace }) };
  if (flags.has("incognito")) options.scopeKind = "incognito";
  if (flags.has("public")) options.visibility = "public";
  if (flags.has("auto-close")) options.autoCloseOnLeave = true;
  const roles = values.get("roles");
  if (roles !== undefined) options.readRoleSlugs = listOf(roles);
  const invite = values.get("invite");
  if (invite !== undefined) options.invite = listOf(invite);
  return async ({ event, requester, tell }) => {
    const { uninvited } = await rooms.create(requester, { ...options, requestId: event.event_id });
    const missing = uninvited.length === 0 ? "" : ` I could not invite: ${uninvited.join(", ")}.`;
    await tell(`The room is made: you are invited.${missing}`);
  };
}

function policy(rooms: Rooms, args: readonly string[]): Run {
  const { flags, values, rest } = optionsOf(
    args,
    ["index", "no-index", "incognito", "auto-close", "no-auto-close"],
    ["roles"],
  );
  const changes: PolicyChanges = {};
  if (flags.has("index") !== flags.has("no-index")) changes.do_not_index = flags.has("no-index");
  if (flags.has("auto-close") !== flags.has("no-auto-close")) changes.auto_close_on_leave = flags.has("auto-close");
  if (flags.has("incognito")) changes.scope_kind = "incognito";
  const roles = values.get("roles");
  if (roles !== undefined) changes.read_role_slugs = listOf(roles);
  if (rest.length > 0 || Object.keys(changes).length === 0) throw new Misuse("Say what is to change.");
  return async ({ event, requester, tell }) => {
    await rooms.setPolicy(event.room_id, changes, requester);
    await tell("The rules of this room are changed.");
  };
}

function withUser(args: readonly string[], act: Rooms["invite"], done: string): Run {
  const [userId, ...more] = args;
  if (userId === undefined || more.length > 0) throw new Misuse("Name one user.");
  return async ({ event, requester, tell }) => {
    await act(event.room_id, userId, requester);
    await tell(`${userId} is ${done}.`);
  };
}

function close(rooms: Rooms, args: readonly string[]): Run {
  if (args.length > 0) throw new Misuse("It closes the room that you are in, and takes no name.");
  return async ({ event, requester }) => {
    // nobody is left to be told
    await rooms.close(event.room_id, requester);
  };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
