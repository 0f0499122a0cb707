import { z } from "zod";
import type { JsonObject } from "../matrix/json.ts";
import type { Job } from "../ports/job-store.ts";
import type { SignedBy } from "../requests/signed-by.ts";
import type { Workspace } from "../requests/workspace.ts";

/** A room that holds a part of the conversation already. */
export interface Into {
  roomId: string;
  /** its newest event when the import was asked for */
  upTo: string;
  /** the bundle that an increment goes on from is known to have been imported into it */
  baseKnown: boolean;
}

export interface ImportParams {
  importingUser: string;
  /** of the bundle, hexadecimal */
  bundleSha256: string;
  /** of its manifest, hexadecimal; empty: an earlier version has queued the import */
  manifestSha256?: string;
  /** undefined where the bundle is not signed */
  signedBy: SignedBy | undefined;
  workspace: Workspace | undefined;
  /** what was decrypted in the bundle is replayed as plain text */
  allowPlaintext?: boolean;
  /** into an encrypted room */
  encrypted?: boolean;
  /** the bundle's authors can be believed: a server that is known here has signed it, or an admin imports it */
  authorsKnown?: boolean;
  /** are those of them invited who are users of this homeserver? */
  inviteAuthors?: boolean;
  /** absent: a new room is made */
  into?: Into | undefined;
}

const stored = z.object({
  importing_user: z.string(),
  bundle_sha256: z.string(),
  manifest_sha256: z.string(),
  signed_by: z.object({ key_id: z.string(), server_name: z.string(), verified: z.boolean() }).nullable(),
  workspace: z.object({ room_id: z.string(), via: z.array(z.string()) }).nullable(),
  allow_plaintext: z.boolean(),
  encrypted: z.boolean(),
  authors_known: z.boolean(),
  invite_authors: z.boolean(),
  into: z.object({ room_id: z.string(), up_to: z.string(), base_known: z.boolean() }).nullable(),
});

/** What a queued import has to know beside its bundle: its options are looked up before it is queued. */
export function importParams(of: ImportParams): JsonObject {
  return z.encode(stored, {
    importing_user: of.importingUser,
    bundle_sha256: of.bundleSha256,
    manifest_sha256: of.manifestSha256 ?? "",
    signed_by: of.signedBy ?? null,
    workspace: of.workspace ?? null,
    allow_plaintext: of.allowPlaintext ?? false,
    encrypted: of.encrypted ?? false,
    authors_known: of.authorsKnown ?? false,
    invite_authors: of.inviteAuthors ?? false,
    into: of.into ? { room_id: of.into.roomId, up_to: of.into.upTo, base_known: of.into.baseKnown } : null,
  });
}

/** Also of a job that an earlier version has queued: what it did not store is as if nobody had asked for it. */
export function readImportParams({ params, owner }: Job): ImportParams {
  const read = stored.parse({
    ...{ importing_user: owner, bundle_sha256: "", manifest_sha256: "", signed_by: null, workspace: null },
    ...{ allow_plaintext: false, encrypted: false, authors_known: false, invite_authors: false, into: null },
    ...params,
  });
  const { importing_user, bundle_sha256, signed_by, workspace } = read;
  return {
    importingUser: importing_user,
    bundleSha256: bundle_sha256,
    manifestSha256: read.manifest_sha256,
    signedBy: signed_by ?? undefined,
    workspace: workspace ?? undefined,
    allowPlaintext: read.allow_plaintext,
    encrypted: read.encrypted,
    authorsKnown: read.authors_known,
    inviteAuthors: read.invite_authors,
    ...(read.into && {
      into: { roomId: read.into.room_id, upTo: read.into.up_to, baseKnown: read.into.base_known },
    }),
  };
}
