import type { StateEvent } from "./event.ts";
import { member, objectMember, type JsonObject } from "./json.ts";

/** Room versions whose creators have every right and no power level (version 12 and later). */
export function hasMightyCreators(create: StateEvent): boolean {
  const version = member(create.content, "room_version");
  return typeof version === "string" && !/^(?:[1-9]|1[01])$/.test(version);
}

/**
 * May the user send that state event (client-server API, `m.room.power_levels`)? `create` is the room's `m.room.create`, `levels`
 * its `m.room.power_levels` where it has one.
 */
export function maySendState(
  create: StateEvent,
  levels: StateEvent | undefined,
  userId: string,
  type: string,
): boolean {
  if (hasMightyCreators(create)) {
    if (isCreator(create, userId)) return true;
  } else if (!levels) return create.sender === userId;
  return powerOf(create, levels, userId) >= powerNeeded(levels, type);
}

/** What power it takes to send that state event. */
export function powerNeeded(levels: StateEvent | undefined, type: string): number {
  const content = levels?.content;
  return level(objectMember(content, "events"), type) ?? level(content, "state_default") ?? (levels ? 50 : 0);
}

/** What power somebody has; creators of version 12 and later: without end. */
export function powerOf(create: StateEvent, levels: StateEvent | undefined, userId: string): number {
  if (hasMightyCreators(create)) {
    if (isCreator(create, userId)) return Infinity;
  } else if (!levels) return create.sender === userId ? 100 : 0;
  const content = levels?.content;
  return level(objectMember(content, "users"), userId) ?? level(content, "users_default") ?? 0;
}

/** Is the user a creator who stands in no power levels? */
export function isMightyCreator(create: StateEvent, userId: string): boolean {
  return hasMightyCreators(create) && isCreator(create, userId);
}

function isCreator(create: StateEvent, userId: string): boolean {
  const others = member(create.content, "additional_creators");
  return create.sender === userId || (Array.isArray(others) && others.includes(userId));
}

function level(object: unknown, key: string): number | undefined {
  const value = member(object, key);
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value.trim()) ? Number(value) : undefined;
}

/** May the user redact what others sent, and end their polls? `levels`: content of the room's `m.room.power_levels`. */
export function mayRedact(levels: JsonObject | undefined, userId: string): boolean {
  const own = level(objectMember(levels, "users"), userId) ?? level(levels, "users_default") ?? 0;
  return own >= (level(levels, "redact") ?? 50);
}
