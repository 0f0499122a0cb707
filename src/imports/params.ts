import { member, objectMember, stringMember, type JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import { signedByIn, type SignedBy } from "../requests/signed-by.ts";
import type { Workspace } from "../requests/workspace.ts";

export interface ImportParams {
  importingUser: string;
  /** of the bundle, hexadecimal */
  bundleSha256: string;
  /** undefined where the bundle is not signed */
  signedBy: SignedBy | undefined;
  workspace: Workspace | undefined;
}

/** What a queued import has to know beside its bundle: `{importing_user, bundle_sha256, signed_by, workspace: {room_id, via}}`. */
export function importParams({ importingUser, bundleSha256, signedBy, workspace }: ImportParams): JsonObject {
  const bundle = { bundle_sha256: bundleSha256, signed_by: signedBy ?? null };
  return { importing_user: importingUser, ...bundle, workspace: workspace ? { ...workspace } : null };
}

export function readImportParams({ params, owner }: Job): ImportParams {
  const block = objectMember(params, "workspace");
  const roomId = stringMember(block, "room_id");
  const via = member(block, "via");
  return {
    importingUser: stringMember(params, "importing_user") ?? owner,
    bundleSha256: stringMember(params, "bundle_sha256") ?? "",
    signedBy: signedByIn(params),
    workspace:
      roomId !== undefined && Array.isArray(via)
        ? { room_id: roomId, via: via.filter((server) => typeof server === "string") }
        : undefined,
  };
}
