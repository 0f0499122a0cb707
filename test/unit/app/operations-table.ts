import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { WHOLE_ROOM } from "../../../src/exports/options.ts";
import { newRoomOptions } from "../../../src/rooms/options.ts";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Permission } from "../../../src/requests/access.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { guestOf, type OperationsWorld } from "../../support/operations-world.ts";

/** Each kind of requester, with the permission that they have now. */
export const WHO = {
  stranger: ["@mallory:x", "none"],
  /** has a job from when they were let in */
  shutOut: ["@gone:x", "none"],
  /** of the room and of a job */
  owner: ["@ann:x", "user"],
  other: ["@bob:x", "user"],
  roleHolder: ["@hal:x", "user"],
  /** has exported all rooms */
  formerAdmin: ["@former:x", "user"],
  admin: ["@root:x", "admin"],
  adminToken: ["admin:ops", "admin"],
  /** an admin who has come through the widget in a room */
  session: ["@widget:x", "admin"],
} as const satisfies Record<string, readonly [string, Permission]>;
export type Who = keyof typeof WHO;
export type Result = "let in" | "forbidden" | "not_found";

const ADMINS: Who[] = ["admin", "adminToken"];
const PERMITTED = (Object.keys(WHO) as Who[]).filter((who) => WHO[who][1] !== "none" && who !== "session");
/** What a widget can ask for. */
const PERMITTED_AND_SESSION: Who[] = [...PERMITTED, "session"];

/** Those are let in, all others refused. */
const only = (...who: Who[]): ((asking: Who) => Result) => {
  return (asking) => (who.includes(asking) ? "let in" : "forbidden");
};
/** The same, for what must not exist for the others; `forbidden`: those who may know of it. */
const seenBy = (who: Who[], forbidden: Who[] = [], asked = PERMITTED): ((asking: Who) => Result) => {
  return (asking) => {
    if (who.includes(asking)) return "let in";
    return forbidden.includes(asking) || !asked.includes(asking) ? "forbidden" : "not_found";
  };
};

type Operations = OperationsWorld["operations"];
type Call = (operations: Operations, who: Requester, upload: string) => Promise<unknown>;

interface Row {
  /** the object and the function */
  operation: string;
  /** what it is called with */
  of?: string;
  call: Call;
  result: (who: Who) => Result;
  /** the audit log has no name for it */
  unrecorded?: true;
}

const never = new AbortController().signal;

/** What each of the three kinds of jobs is to each requester. */
const JOBS: readonly [id: string, result: Row["result"]][] = [
  ["of-ann", seenBy(["owner", ...ADMINS], [], PERMITTED_AND_SESSION)],
  ["of-gone", seenBy(ADMINS, [], PERMITTED_AND_SESSION)],
  ["all", seenBy(ADMINS, ["formerAdmin"], PERMITTED_AND_SESSION)],
];
const ofJobs = (operation: string, call: (id: string) => Call, unrecorded?: true): Row[] =>
  JOBS.map(([id, result]) => ({ operation, of: id, call: call(id), result, ...(unrecorded && { unrecorded }) }));

/** Every operation that a door can call: whoever adds one adds it here. */
export const TABLE: readonly Row[] = [
  {
    operation: "exports.now",
    call: ({ exports }, who) => exports.now("!made:x", who, WHOLE_ROOM, never),
    result: only(...PERMITTED),
  },
  {
    operation: "exports.now",
    of: "a restricted room",
    call: ({ exports }, who) => exports.now("!restricted:x", who, WHOLE_ROOM, never),
    result: only("roleHolder", ...ADMINS),
  },
  {
    operation: "exports.start",
    call: ({ exports }, who) => exports.start("!made:x", who, WHOLE_ROOM),
    result: only(...PERMITTED_AND_SESSION),
  },
  {
    operation: "exports.start",
    of: "a restricted room",
    call: ({ exports }, who) => exports.start("!restricted:x", who, WHOLE_ROOM),
    result: only("roleHolder", ...ADMINS),
  },
  {
    operation: "exports.startSpace",
    call: ({ exports }, who) => exports.startSpace("!made:x", who, WHOLE_ROOM),
    result: only(...PERMITTED),
  },
  {
    operation: "exports.startSpace",
    of: "a restricted space",
    call: ({ exports }, who) => exports.startSpace("!restricted:x", who, WHOLE_ROOM),
    result: only("roleHolder", ...ADMINS),
  },
  {
    operation: "exports.startPredecessors",
    call: ({ exports }, who) => exports.startPredecessors("!made:x", who, WHOLE_ROOM),
    result: only(...PERMITTED),
  },
  {
    operation: "exports.startPredecessors",
    of: "a restricted room",
    call: ({ exports }, who) => exports.startPredecessors("!restricted:x", who, WHOLE_ROOM),
    result: only("roleHolder", ...ADMINS),
  },
  {
    operation: "exports.startAllRooms",
    call: ({ exports }, who) => exports.startAllRooms(who, undefined),
    result: only(...ADMINS),
  },
  ...ofJobs(
    "exports.download",
    (id) =>
      ({ exports }, who) =>
        exports.download(id, who),
  ),
  ...ofJobs("exports.document", (id) => async ({ exports }, who) => {
    const { body } = await exports.document(id, who, "text", never);
    body.destroy();
  }),
  {
    operation: "imports.admit",
    call: ({ imports }, who) => imports.admit(who, 0),
    result: only(...PERMITTED),
  },
  {
    operation: "imports.start",
    call: async ({ imports }, who) => {
      const file = join(tmpdir(), `no-bundle-${randomUUID()}`);
      await writeFile(file, "");
      return await imports.start(file, who, who.adminToken ? { as: "@ann:x" } : {});
    },
    result: only(...PERMITTED),
  },
  {
    operation: "imports.startSpace",
    call: async ({ imports }, who) => {
      const file = join(tmpdir(), `no-bundle-${randomUUID()}`);
      await writeFile(file, "");
      return await imports.startSpace(file, who, who.adminToken ? { as: "@ann:x" } : {});
    },
    result: only(...PERMITTED),
  },
  {
    operation: "imports.previewSpace",
    call: async ({ imports }, who) => {
      const file = join(tmpdir(), `no-bundle-${randomUUID()}`);
      await writeFile(file, "");
      return await imports.previewSpace(file, who, who.adminToken ? { as: "@ann:x" } : {});
    },
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "imports.previewSpaceFrom",
    call: ({ imports }, who, upload) => imports.previewSpaceFrom({ uploadId: upload }, who, {}),
    result: seenBy(["owner"]),
    unrecorded: true,
  },
  {
    operation: "imports.startSpaceFrom",
    call: ({ imports }, who, upload) => imports.startSpaceFrom({ uploadId: upload }, who, {}),
    result: seenBy(["owner"]),
  },
  {
    operation: "imports.startFrom",
    call: ({ imports }, who, upload) => imports.startFrom({ uploadId: upload }, who, {}),
    result: seenBy(["owner"]),
  },
  { operation: "imports.undo", call: ({ imports }, who) => imports.undo("!made:x", who), result: seenBy(["owner"]) },
  {
    operation: "conversions.start",
    call: ({ conversions }, who, upload) => conversions.start(who, { upload_id: upload, from: "auto" }),
    result: seenBy(["owner"]),
  },
  {
    operation: "uploads.create",
    call: ({ uploads }, who) => uploads.create(who, { size: 1, metadata: {} }),
    result: only(...PERMITTED),
  },
  {
    operation: "uploads.list",
    call: ({ uploads }, who) => uploads.list(who),
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "uploads.find",
    call: ({ uploads }, who, upload) => uploads.find(who, upload),
    result: seenBy(["owner"]),
    unrecorded: true,
  },
  {
    operation: "uploads.append",
    call: ({ uploads }, who, upload) => uploads.append(who, upload, 0, Readable.from([Buffer.from("PK")])),
    result: seenBy(["owner"]),
    unrecorded: true,
  },
  {
    operation: "uploads.remove",
    call: ({ uploads }, who, upload) => uploads.remove(who, upload),
    result: seenBy(["owner"]),
    unrecorded: true,
  },
  ...ofJobs(
    "jobs.show",
    (id) =>
      ({ jobs }, who) =>
        jobs.show(id, who),
    true,
  ),
  ...ofJobs(
    "jobs.cancel",
    (id) =>
      ({ jobs }, who) =>
        jobs.cancel(id, who),
  ),
  ...ofJobs(
    "jobs.retry",
    (id) =>
      ({ jobs }, who) =>
        jobs.retry(id, who),
  ),
  ...ofJobs(
    "jobs.wait",
    (id) =>
      ({ jobs }, who) =>
        jobs.wait(id, who, 0, never),
    true,
  ),
  ...ofJobs(
    "jobs.watch",
    (id) =>
      ({ jobs }, who) =>
        jobs.watch(id, who, () => undefined),
    true,
  ),
  {
    operation: "jobs.list",
    call: ({ jobs }, who) => jobs.list(who),
    result: only(...PERMITTED_AND_SESSION),
    unrecorded: true,
  },
  {
    operation: "rooms.create",
    call: ({ rooms }, who) =>
      rooms.create(who, newRoomOptions.parse({ name: "Tea", ...(who.adminToken && { as: "@ann:x" }) })),
    result: only(...PERMITTED),
  },
  { operation: "rooms.list", call: ({ rooms }, who) => rooms.list(who), result: only(...PERMITTED), unrecorded: true },
  {
    operation: "rooms.listJoined",
    call: ({ rooms }, who) => rooms.listJoined(who),
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "rooms.newRoomRules",
    call: ({ rooms }, who) => rooms.newRoomRules(who),
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "rooms.byAlias",
    call: ({ rooms }, who) => rooms.byAlias("#made:x", who),
    result: only(...PERMITTED_AND_SESSION),
    unrecorded: true,
  },
  {
    operation: "rooms.show",
    call: ({ rooms }, who) => rooms.show("!made:x", who),
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "rooms.show",
    of: "a restricted room",
    call: ({ rooms }, who) => rooms.show("!restricted:x", who),
    result: seenBy(["roleHolder", ...ADMINS]),
    unrecorded: true,
  },
  {
    operation: "rooms.listMembers",
    call: ({ rooms }, who) => rooms.listMembers("!made:x", who),
    result: only(...PERMITTED_AND_SESSION),
    unrecorded: true,
  },
  {
    operation: "rooms.listMembers",
    of: "a restricted room",
    call: ({ rooms }, who) => rooms.listMembers("!restricted:x", who),
    result: only("roleHolder", ...ADMINS),
    unrecorded: true,
  },
  {
    operation: "rooms.workspaces",
    call: ({ rooms }, who) => rooms.workspaces(who),
    result: only(...PERMITTED),
    unrecorded: true,
  },
  {
    operation: "rooms.invite",
    call: ({ rooms }, who) => rooms.invite("!made:x", "@bob:x", who),
    result: only("owner", ...ADMINS),
  },
  {
    operation: "rooms.invite",
    of: "a restricted room",
    call: ({ rooms }, who) => rooms.invite("!restricted:x", "@hal:x", who),
    result: seenBy(["roleHolder", ...ADMINS]),
  },
  {
    operation: "rooms.kick",
    call: ({ rooms }, who) => rooms.kick("!made:x", guestOf(who.userId), who),
    result: only("owner", ...ADMINS),
  },
  ...(["homeserver", "checkHomeserver", "storage", "metrics"] as const).map((name): Row => ({
    operation: `administration.${name}`,
    call: ({ administration }, who) => administration[name](who),
    result: only(...ADMINS),
    unrecorded: true,
  })),
  { operation: "rooms.close", call: ({ rooms }, who) => rooms.close("!made:x", who), result: only("owner", ...ADMINS) },
  {
    operation: "rooms.setPolicy",
    call: ({ rooms }, who) => rooms.setPolicy("!made:x", { do_not_index: true }, who),
    result: only("owner", ...ADMINS),
  },
  {
    operation: "audit.page",
    call: ({ audit }, who) => audit.page(who, {}, { newestFirst: true, limit: 1 }),
    result: only(...ADMINS),
  },
  {
    operation: "audit.all",
    call: ({ audit }, who) => audit.all(who, {}, { newestFirst: true, limit: 1 }).next(),
    result: only(...ADMINS),
  },
  { operation: "feed.open", call: ({ feed }, who) => feed.open(who, { limit: 1 }), result: only(...ADMINS) },
];
