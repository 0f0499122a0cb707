import { Scheduler } from "../../exports/scheduled/scheduler.ts";
import { planSpaceExport } from "../../exports/space/start-space-export.ts";
import { spaceExportOptions } from "../../exports/space/options.ts";
import type { JobControl } from "../../jobs/job-control.ts";
import type { RoomAccess } from "../../rooms/room-access.ts";
import type { ServiceContext } from "../context.ts";

/** What queues the exports of the configuration's schedules. */
export function createScheduler(context: ServiceContext, control: JobControl, access: RoomAccess): Scheduler {
  const { config, settings, serviceUser, homeserver, policies, clock, logger } = context;
  const rules = { serverName: settings.serverName, serviceUser, policies, access };
  return new Scheduler({
    schedules: config.schedules,
    control,
    homeserver,
    planSpace: (spaceId, as, owner) => {
      // without a user, as whoever holds an admin token would see it
      const everything = as === undefined;
      const caller = { userId: as ?? owner, adminToken: everything, admin: everything, door: "service" } as const;
      return planSpaceExport({ homeserver, rules }, spaceId, caller, spaceExportOptions.parse({}));
    },
    clock,
    logger,
  });
}
