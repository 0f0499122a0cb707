import { DENDRITE_HINT, dendriteBinary } from "../../scripts/dendrite.js";
import { OLDER_SYNAPSES } from "../../scripts/synapse.js";
import { startDendrite } from "../support/dendrite.ts";
import type { HomeserverProcess } from "../support/homeserver-process.ts";
import { startSynapse } from "../support/synapse.ts";

/** A homeserver that the story is told on, and how it differs. */
export interface HomeserverKind {
  name: string;
  /** why it cannot be started here, in a few words */
  missing: string | undefined;
  start(registrations: string[]): Promise<HomeserverProcess>;
  /** newest last */
  roomVersions: readonly ("11" | "12")[];
  /** can a redaction be given the date of the one that it stands for? */
  datedRedactions: boolean;
  /** are redactions pushed to application services? */
  pushesRedactions: boolean;
  /** room versions whose rooms its administrator can delete */
  deletes: readonly string[];
  /** can its administrator list all rooms? */
  listsRooms: boolean;
}

/** Which tell the story: those of `npm test` by default, all of them in `npm run test:homeservers`. */
const ALL = process.env["ALL_HOMESERVERS"] === "true";

export function homeserverKinds(): HomeserverKind[] {
  const [oldest] = OLDER_SYNAPSES;
  return [...OLDER_SYNAPSES, undefined]
    .filter((version) => ALL || version === undefined || version === oldest)
    .map(synapse)
    .concat(ALL ? [dendrite()] : []);
}

/** `version` undefined: the newest */
function synapse(version: string | undefined): HomeserverKind {
  return {
    name: `Synapse ${version ?? "(newest)"}`,
    missing: undefined,
    start: (registrations) => startSynapse({ registrations, version }),
    // 12 since Synapse 1.135.2
    roomVersions: version === "1.128.0" ? ["11"] : ALL ? ["11", "12"] : ["12"],
    datedRedactions: true,
    pushesRedactions: true,
    deletes: ["11", "12"],
    listsRooms: true,
  };
}

function dendrite(): HomeserverKind {
  const binary = dendriteBinary();
  return {
    name: "Dendrite",
    missing: binary === undefined ? DENDRITE_HINT : undefined,
    start: (registrations) => startDendrite({ binary: binary ?? "", registrations }),
    roomVersions: ["11", "12"],
    datedRedactions: false,
    pushesRedactions: false,
    deletes: ["11"],
    listsRooms: false,
  };
}
