import { z } from "zod";
import { flagged, valued } from "../requests/options/option.ts";
import { userId, workspace } from "../requests/options/shapes.ts";

const MOST_ROLES = 100;
const MOST_INVITED = 500;
const roles = z.array(z.string().min(1).max(63)).max(MOST_ROLES);

/** A room to be made. */
export const newRoomOptions = z.strictObject({
  name: z.string().trim().min(1).max(255).describe("its name"),
  topic: valued(z.string().max(4000).optional(), "TEXT", "its topic"),
  workspace_id: valued(workspace.optional(), "WORKSPACE", "the space that it joins: its slug, alias or room id", {
    name: "workspace",
  }),
  scope_kind: flagged(z.enum(["normal", "incognito"]).default("normal"), {
    incognito: ["incognito", "never exported or indexed, history only from joining on"],
  }),
  visibility: flagged(
    z.enum(["public", "private", "restricted"]).optional(),
    { public: ["public", "anybody on the homeserver may join"] },
    "default: restricted with read_role_slugs, private without",
  ),
  read_role_slugs: valued(
    roles.default([]),
    "ROLE,…",
    `restricted: only holders of these roles may know of it and be in it, at most ${String(MOST_ROLES)}`,
    { name: "roles" },
  ),
  invite: valued(
    z.array(userId).max(MOST_INVITED).default([]),
    "USER_ID,…",
    `whom to invite, at most ${String(MOST_INVITED)}`,
  ),
  auto_close_on_leave: flagged(
    z.boolean().optional(),
    {
      "auto-close": [true, "close it when its owner leaves"],
      "no-auto-close": [
        false,
        "leave it open when its owner leaves, also where incognito rooms close unless asked not to",
      ],
    },
    "default: as rooms.incognito.auto_close_on_leave of the service's configuration says, else false",
  ),
  as: valued(userId.optional(), "USER_ID", "its owner (an admin token needs it)", { doors: ["cli"] }),
});
export type NewRoomOptions = z.output<typeof newRoomOptions>;

/** What may be changed of a room's rules; what is not named stays. */
export const policyChanges = z
  .strictObject({
    do_not_index: flagged(z.boolean().optional(), {
      index: [false, "indexers may read it; of an imported room only admins say so"],
      "no-index": [true, "indexers leave it alone"],
    }),
    scope_kind: flagged(z.literal("incognito").optional(), {
      incognito: ["incognito", "from now on never exported or indexed; there is no way back"],
    }),
    read_role_slugs: valued(
      roles.optional(),
      "ROLE,…",
      `who may be in a restricted room, at most ${String(MOST_ROLES)}`,
      {
        name: "roles",
      },
    ),
    auto_close_on_leave: flagged(z.boolean().optional(), {
      "auto-close": [true, "close it when its owner leaves"],
      "no-auto-close": [false, "leave it open when its owner leaves"],
    }),
  })
  .refine((changes) => Object.keys(changes).length > 0, "at least one rule to change");
export type PolicyChanges = z.output<typeof policyChanges>;

export const MEMBERSHIPS = ["join", "leave", "ban", "invite", "knock"] as const;
export type Membership = (typeof MEMBERSHIPS)[number];
/** Of everybody who is or was in a room. */
export const WERE_IN_ROOM: readonly Membership[] = ["join", "leave", "ban"];

/** Which people of a room to list. */
export const membersOptions = z.strictObject({
  membership: z
    .array(z.enum(MEMBERSHIPS))
    .min(1)
    .default([...WERE_IN_ROOM])
    .describe("only these; by default not who was only invited"),
});

/** Whom to invite or to remove. */
export const memberOptions = z.strictObject({ user_id: userId.describe("whom") });

/** Whose possible rooms to tell of. */
export const newRoomRulesOptions = z.strictObject({
  as: userId.optional().describe("which this user may make (needs an admin token)"),
});

/** Whose spaces to list. */
export const workspacesOptions = z.strictObject({
  as: valued(userId.optional(), "USER_ID", "in which this user may make rooms (needs an admin token)", {
    doors: ["cli"],
  }),
});
