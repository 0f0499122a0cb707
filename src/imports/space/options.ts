import { z } from "zod";
import { valued } from "../../requests/options/option.ts";
import { importFromOptions, importOptions } from "../options.ts";

const upgrades = valued(
  z.enum(["linked", "one-room"]).optional(),
  "WAY",
  "what becomes of upgraded rooms: linked (default), rooms that lead to each other, or one-room",
  { doors: ["cli"] },
);

/** What is about a single room. */
const SINGLE = { encrypted: true, invite_authors: true, into: true } as const;

/** For whom, where to, and how a collection of rooms is imported. */
export const spaceImportOptions = importOptions.omit(SINGLE).extend({ upgrades });
export type SpaceImportOptions = z.output<typeof spaceImportOptions>;

/** The same, of a collection that is here already. */
export const spaceImportFromOptions = importFromOptions.omit(SINGLE).extend({ upgrades });
