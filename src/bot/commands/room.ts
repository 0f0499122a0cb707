import { didYouMean } from "../../requests/options/nearest.ts";
import { usageOf } from "../../requests/options/option.ts";
import { newRoomOptions, policyChanges } from "../../rooms/options.ts";
import { sentenceOf } from "../../requests/failures/sentence.ts";
import { isStillOpen } from "../../rooms/operations/close-room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { CommandCall, Command } from "../command.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

type Run = (call: CommandCall) => Promise<void>;

/** Says something to one user, in their direct room. @param eventId of the command that is answered */
export type TellAlone = (userId: string, eventId: string, words: string) => Promise<void>;

interface Act {
  usage: string;
  parse: (rooms: Rooms, args: readonly string[], tellAlone: TellAlone) => Run;
}

const ACTS: Readonly<Record<string, Act>> = {
  create: {
    usage: `!room create NAME ${usageOf(newRoomOptions, "bot")}`,
    parse: create,
  },
  policy: {
    usage: `!room policy ${usageOf(policyChanges, "bot")}`,
    parse: policy,
  },
  invite: { usage: "!room invite USER", parse: (rooms, args) => withUser(args, rooms.invite, "invited") },
  kick: { usage: "!room kick USER", parse: (rooms, args) => withUser(args, rooms.kick, "removed") },
  close: { usage: "!room close", parse: close },
};

/** `!room …`: makes rooms, and looks after the one that it is said in. */
export function roomCommand(rooms: Rooms, tellAlone: TellAlone): Command {
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
      if (!known)
        throw new Misuse(
          `Unknown act ${act}.${didYouMean(act, Object.keys(ACTS))} Known: ${Object.keys(ACTS).join(", ")}.`,
        );
      try {
        return known.parse(rooms, args, tellAlone);
      } catch (error) {
        throw error instanceof Misuse ? new Misuse(`${error.message} ${known.usage}.`) : error;
      }
    },
  };
}

function create(rooms: Rooms, args: readonly string[]): Run {
  const { given, rest } = typedArguments(args, newRoomOptions);
  const [name, ...more] = rest;
  if (!name || more.length > 0) throw new Misuse('Give the room one name, in "quotes" where it has several words.');
  const options = typedValues(newRoomOptions, { ...given, name });
  return async ({ event, requester, tell }) => {
    const { uninvited } = await rooms.create(requester, { ...options, requestId: event.event_id });
    const missing = uninvited.length === 0 ? "" : ` I could not invite: ${uninvited.join(", ")}.`;
    await tell(`The room is made: you are invited.${missing}`);
  };
}

function policy(rooms: Rooms, args: readonly string[]): Run {
  const { given, rest } = typedArguments(args, policyChanges);
  if (rest.length > 0) throw new Misuse("It changes the room that you are in, and takes no name.");
  const changes = typedValues(policyChanges, given);
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

function close(rooms: Rooms, args: readonly string[], tellAlone: TellAlone): Run {
  if (args.length > 0) throw new Misuse("It closes the room that you are in, and takes no name.");
  return async ({ event, requester }) => {
    try {
      // nobody is left to be told
      await rooms.close(event.room_id, requester);
    } catch (error) {
      if (!isStillOpen(error)) throw error;
      await tellAlone(requester.userId, event.event_id, sentenceOf(error));
    }
  };
}
