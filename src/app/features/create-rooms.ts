import { inbox as databaseInbox } from "../../adapters/database/stores/inbox.ts";
import { roomRemoval } from "../../adapters/homeserver/removal/room-removal.ts";
import { discardRoom } from "../../exports/kept/discard-room.ts";
import { InboxLoop } from "../../appservice/inbox-loop.ts";
import type { ServiceContext } from "../context.ts";
import { RoomGuardLoop } from "../../rooms/room-guard-loop.ts";
import { RoomAccess } from "../../rooms/room-access.ts";
import { RoomClosing } from "../../rooms/room-closing.ts";
import { RoomGuard } from "../../rooms/room-guard.ts";
import { roomOperations, type Rooms } from "../../rooms/rooms.ts";
import { IdleRooms } from "../../rooms/idle-rooms.ts";
import { RoomMaking } from "../../rooms/room-making.ts";
import { Roles } from "../../rooms/roles.ts";
import type { Inbox, InboxEvent } from "../../ports/inbox.ts";

/** Rooms that the service makes and guards. */
export interface RunningRooms {
  operations: Rooms;
  access: RoomAccess;
  /** takes what the homeserver pushes about guarded rooms */
  inbox: Inbox;
  concerns(event: Pick<InboxEvent, "room_id" | "type">): Promise<boolean>;
  arrived(): void;
  /** For when the database and the homeserver are there: takes up what a crash has interrupted, and guards from then on. */
  start(): Promise<void>;
  /** For once the signal has come: resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Puts it together; everything ends with the signal. */
export function createRooms(context: ServiceContext, signal: AbortSignal): RunningRooms {
  const { config, settings, database, policies, homeserver, operate, audit, clock, logger } = context;
  const { role_lost: roleLost, bridges, room_version: roomVersion, incognito, restricted } = config.rooms;
  const { admin_token: adminToken } = config.homeserver;
  const { serverName } = settings;
  const roles = new Roles({
    roles: config.roles,
    reader: () => homeserver.asService(signal).reader,
    resolveAlias: (alias) => homeserver.resolveAlias(alias, signal),
  });
  const access = new RoomAccess({ policies, roles, roleLost });
  const removal = adminToken === undefined ? undefined : roomRemoval(settings, adminToken);
  const purgeIncognito = incognito.closing === "purge";
  const { store, storage, spools, records, delivered } = context;
  const kept = { store, bundles: storage.bundles, spools, records, delivered };
  const discardClosed = (roomId: string): Promise<void> => discardRoom(kept, roomId, "closed");
  const discard = (roomId: string): Promise<void> => discardRoom(kept, roomId, "incognito");
  const closing = new RoomClosing({
    discard: discardClosed,
    policies,
    homeserver,
    removal,
    purgeIncognito,
    logger,
    signal,
  });
  const idle = new IdleRooms(incognito.close_after_idle_days, clock);
  const guard = new RoomGuard({ policies, roles, homeserver, closing, idle, audit, bridges, roleLost, logger, signal });
  const making = new RoomMaking({ policies, roles, homeserver, serverName, roomVersion, logger, signal });
  const guarding = new RoomGuardLoop({ policies, roles, guard, making, logger });
  const inbox = databaseInbox(database, clock, "guard");
  const loop = new InboxLoop(inbox, guarding, logger, { atOnce: 1 });
  let sweeping: Promise<void> = Promise.resolve();
  return {
    operations: roomOperations({
      operate,
      policies,
      roles,
      access,
      making,
      guard,
      closing,
      homeserver,
      serverName,
      hourly: context.hourly,
      workspaces: config.workspaces,
      bridges,
      operators: { incognito, restricted },
      discard,
      logger,
    }),
    access,
    inbox,
    concerns: (event) => guarding.concerns(event),
    arrived: () => loop.wake(),
    async start() {
      await guarding.recover();
      sweeping = guarding.keepSwept(signal);
      loop.wake();
    },
    async stop() {
      await loop.stop();
      await sweeping;
      await closing.stop();
    },
  };
}
