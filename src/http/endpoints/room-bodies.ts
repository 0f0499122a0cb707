import { json, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";
import type { NewRoomOptions, PolicyChanges } from "../../rooms/shapes.ts";
import { checked } from "./queries.ts";

/** Many invitations, and no more: a room's name and topic are a few lines. */
const parse: RequestHandler = json({ limit: "256kb", type: () => true });

const userId = z.string().min(1).max(255);
const slugs = z.array(z.string().min(1).max(63)).max(100);
const newRoom = z.strictObject({
  name: z.string().trim().min(1).max(255),
  topic: z.string().max(4000).optional(),
  workspace_id: z.string().min(1).max(255).optional(),
  scope_kind: z.enum(["normal", "incognito"]).optional(),
  visibility: z.enum(["public", "private", "restricted"]).optional(),
  read_role_slugs: slugs.optional(),
  invite: z.array(userId).max(500).optional(),
  auto_close_on_leave: z.boolean().optional(),
  as: userId.optional(),
});
const member = z.strictObject({ user_id: userId });
const changes = z
  .strictObject({
    do_not_index: z.boolean().optional(),
    scope_kind: z.literal("incognito").optional(),
    read_role_slugs: slugs.optional(),
    auto_close_on_leave: z.boolean().optional(),
  })
  .refine((found) => Object.keys(found).length > 0, "name what is to be changed");
const workspacesQuery = z.strictObject({ as: userId.optional() });

/** @throws RequestError 400 */
export async function newRoomBody(request: Request, response: Response): Promise<NewRoomOptions> {
  const body = checked(newRoom, await bodyOf(request, response));
  const { topic, workspace_id: workspace, scope_kind: scopeKind, visibility, invite, as } = body;
  const { read_role_slugs: readRoleSlugs, auto_close_on_leave: autoCloseOnLeave } = body;
  const given = { topic, workspace, scopeKind, visibility, readRoleSlugs, invite, autoCloseOnLeave, as };
  return { name: body.name, ...withoutAbsent(given) };
}

/** `{user_id}`. @throws RequestError 400 */
export async function memberBody(request: Request, response: Response): Promise<string> {
  return checked(member, await bodyOf(request, response)).user_id;
}

/** @throws RequestError 400 */
export async function changesBody(request: Request, response: Response): Promise<PolicyChanges> {
  return withoutAbsent(checked(changes, await bodyOf(request, response)));
}

/** `?as=USER`. @throws RequestError 400 */
export function workspacesFor(request: Request): string | undefined {
  return checked(workspacesQuery, request.query).as;
}

async function bodyOf(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error("the body cannot be read"));
    });
  });
  return request.body as unknown;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}
