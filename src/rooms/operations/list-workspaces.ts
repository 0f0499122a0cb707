import { requireUserId } from "../../requests/access.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Requester } from "../../requests/requester.ts";
import type { ShownWorkspace } from "../shapes.ts";
import { service, type RoomOperationParts } from "./room-operation.ts";

/** Spaces in which the requester (an admin token: the user `as`) may create rooms. @throws RequestError */
export type ListWorkspaces = (requester: Requester, as?: string) => Promise<ShownWorkspace[]>;

export function listWorkspaces(
  parts: Pick<RoomOperationParts, "operate" | "directory" | "homeserver">,
): ListWorkspaces {
  return (requester, as) =>
    parts.operate({}, requester, async ({ caller }) => {
      if (as !== undefined) requireUserId(as);
      if (as !== undefined && !caller.adminToken)
        throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can ask for somebody else");
      const { reader, writer } = service(parts);
      return await parts.directory.workspaces(caller.adminToken ? as : caller.userId, reader, writer);
    });
}
