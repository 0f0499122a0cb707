import type { RoomPolicy } from "../policy/room-policy.ts";
import { permissionOf } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";

/** What the configuration lays down for one kind of guarded rooms. */
interface KindRules {
  /** may there be new ones at all? */
  enabled: boolean;
  /** whose: user ids, server names, `*` */
  allow: readonly string[];
}

/** What the configuration lays down for rooms with rules (`rooms.incognito`, `rooms.restricted`). */
export interface OperatorsRules {
  incognito: KindRules & {
    auto_close_on_leave: "asked" | "default" | "always" | "never";
    /** 0: rooms stay open, however quiet they are */
    close_after_idle_days: number;
    closing: "redact" | "purge";
  };
  restricted: KindRules & {
    /** those that may be named; undefined: all */
    roles?: readonly string[] | undefined;
  };
}

/** What somebody wants. */
export interface Wish {
  /** user id of the person for whom the room is */
  owner: string;
  /** the room's rules until now; undefined for a new one */
  before: RoomPolicy | undefined;
  /** was it said whether the room is to close when its owner leaves? */
  autoClose: boolean | undefined;
}

/**
 * The rules of a room as they may be, where the configuration has a say: the stricter wins. Every way in which a room gets rules goes
 * through here.
 * @throws RequestError forbidden, naming the setting
 */
export function obeying(wanted: RoomPolicy, { owner, before, autoClose }: Wish, rules: OperatorsRules): RoomPolicy {
  const { incognito, restricted } = rules;
  const becomesIncognito = wanted.scope_kind === "incognito" && before?.scope_kind !== "incognito";
  if (becomesIncognito) requireKind("incognito", incognito, owner);
  if (wanted.visibility === "restricted") {
    if (before?.visibility !== "restricted") requireKind("restricted", restricted, owner);
    const added = wanted.read_role_slugs.filter((slug) => before?.read_role_slugs.includes(slug) !== true);
    for (const slug of added)
      if (restricted.roles?.includes(slug) === false)
        throw forbidden(`The role ${slug} cannot be named for a room`, "rooms.restricted.roles");
  }
  if (wanted.scope_kind !== "incognito" || (!becomesIncognito && autoClose === undefined)) return wanted;
  const auto_close_on_leave = closesOnLeave(incognito.auto_close_on_leave, autoClose, wanted.auto_close_on_leave);
  return { ...wanted, auto_close_on_leave };
}

/** Why somebody can have no new room of this kind; undefined: they can. */
export function refusalOf(
  kind: "incognito" | "restricted",
  { enabled, allow }: KindRules,
  owner: string,
): RequestError | undefined {
  if (!enabled) return forbidden(`There can be no new ${kind} rooms`, `rooms.${kind}.enabled`);
  const allowed = Object.fromEntries(allow.map((pattern) => [pattern, "user" as const]));
  if (permissionOf(allowed, owner) === "none")
    return forbidden(`${owner} cannot have ${kind} rooms`, `rooms.${kind}.allow`);
  return undefined;
}

function requireKind(...about: Parameters<typeof refusalOf>): void {
  const refusal = refusalOf(...about);
  if (refusal) throw refusal;
}

/** @param noted as it would be without a rule */
function closesOnLeave(
  rule: OperatorsRules["incognito"]["auto_close_on_leave"],
  asked: boolean | undefined,
  noted: boolean,
): boolean {
  const setting = "rooms.incognito.auto_close_on_leave";
  if (rule === "always" && asked === false)
    throw forbidden("An incognito room always closes when its owner leaves", setting);
  if (rule === "never" && asked === true)
    throw forbidden("An incognito room never closes when its owner leaves", setting);
  if (rule === "always" || (rule === "default" && asked === undefined)) return true;
  return rule === "never" ? false : noted;
}

function forbidden(message: string, setting: string): RequestError {
  return new RequestError("forbidden", "M_FORBIDDEN", `${message}: the service's operator has set ${setting} so`);
}
