import type { Clock } from "../../../ports/clock.ts";
import type { HomeserverProbe, Identity } from "../../../ports/homeserver/homeserver-probe.ts";
import { TIMER, type Timer } from "../../../ports/timer.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient } from "../client.ts";
import { tryEvents } from "./events-trial.ts";
import { Findings } from "./findings.ts";
import { ANSWER_MS, identify } from "./identify.ts";
import { leaveLeftRooms } from "./left-rooms.ts";
import { tryInRoom } from "./probe-room.ts";
import { tryDevice, tryMedia, trySynapseAdmin } from "./side-calls.ts";

export interface HomeserverProbeParts {
  settings: HomeserverSettings;
  /** the versions that rooms are made in, as configured: the first that the homeserver has is tried */
  roomVersions: readonly string[];
  clock: Clock;
  timer?: Timer;
}

/** Leaving the room may take so long, also where the service stops meanwhile, in milliseconds. */
const LEAVING_MS = 5_000;

/**
 * Tries out what a homeserver does: at most twelve calls, which go side by side where they can. No call is repeated, and a homeserver
 * that is away is not waited for.
 */
export function homeserverProbe({
  settings,
  roomVersions,
  clock,
  timer = TIMER,
}: HomeserverProbeParts): HomeserverProbe {
  const { url, asToken, serviceUser, adminToken, logger, meter } = settings;
  const about = { url, logger, meter, patienceMs: 0 };
  const service = (signal: AbortSignal): HomeserverClient =>
    new HomeserverClient({ ...about, accessToken: asToken, userId: serviceUser, signal });
  return {
    identify: (signal) => identify(service(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]))),

    async probe(identity, room, signal) {
      const found = new Findings(identity, signal);
      const client = service(signal);
      const administrator =
        adminToken === undefined ? undefined : new HomeserverClient({ ...about, accessToken: adminToken, signal });
      // by its name only which of them is asked first
      const synapse = administrator && !isDendrite(identity) ? trySynapseAdmin(administrator, found) : undefined;
      const parts = {
        client,
        leaving: () => service(AbortSignal.timeout(LEAVING_MS)),
        otherAdmin: async () => ((await synapse) === true ? undefined : administrator),
        roomVersion: chosenVersion(roomVersions, identity),
        room,
      };
      const trials = await Promise.allSettled([
        synapse,
        tryDevice(client, found),
        tryMedia(client, found),
        tryInRoom(parts, found, (roomId) => tryEvents(client, roomId, found, { now: clock.now(), timer, signal })),
      ]);
      // only now: the room has been left
      for (const trial of trials) if (trial.status === "rejected") throw trial.reason;
      return { capabilities: found.capabilities, complete: found.complete };
    },

    cleanUp: (roomId, signal) => leaveLeftRooms(service(signal), roomId),
  };
}

function isDendrite({ software }: Identity): boolean {
  return software?.startsWith("Dendrite") === true;
}

/** undefined: the homeserver's own choice */
function chosenVersion(wanted: readonly string[], { room_versions: { available } }: Identity): string | undefined {
  if (available.length === 0) return wanted[0];
  return wanted.find((version) => available.some((each) => each.version === version));
}
