import { changesBody, memberBody, newRoomBody, workspacesFor } from "./room-bodies.ts";
import { pathParameter, type Route } from "../route.ts";

const create: Route = {
  method: "post",
  path: "/rooms",
  async handle({ request, response, requester, rooms }) {
    response.status(201).json(await rooms.create(requester, await newRoomBody(request, response)));
  },
};

const list: Route = {
  method: "get",
  path: "/rooms",
  async handle({ response, requester, rooms }) {
    response.json({ rooms: await rooms.list(requester) });
  },
};

const workspaces: Route = {
  method: "get",
  path: "/workspaces",
  async handle({ request, response, requester, rooms }) {
    response.json({ workspaces: await rooms.workspaces(requester, workspacesFor(request)) });
  },
};

const invite: Route = {
  method: "post",
  path: "/rooms/:roomId/invite",
  async handle({ request, response, requester, rooms }) {
    await rooms.invite(pathParameter(request, "roomId"), await memberBody(request, response), requester);
    response.json({});
  },
};

const kick: Route = {
  method: "post",
  path: "/rooms/:roomId/kick",
  async handle({ request, response, requester, rooms }) {
    await rooms.kick(pathParameter(request, "roomId"), await memberBody(request, response), requester);
    response.json({});
  },
};

const close: Route = {
  method: "post",
  path: "/rooms/:roomId/close",
  async handle({ request, response, requester, rooms }) {
    const events = await rooms.close(pathParameter(request, "roomId"), requester);
    response.status(events === undefined ? 202 : 200).json({ closed: events !== undefined, events: events ?? null });
  },
};

const setPolicy: Route = {
  method: "put",
  path: "/rooms/:roomId/policy",
  async handle({ request, response, requester, rooms }) {
    const roomId = pathParameter(request, "roomId");
    response.json(await rooms.setPolicy(roomId, await changesBody(request, response), requester));
  },
};

/** Rooms that the service makes and guards. */
export const ROOM_ROUTES: readonly Route[] = [create, list, workspaces, invite, kick, close, setPolicy];
