import { CHECK_MS } from "../../requests/access.ts";
import type { Caller } from "../../requests/requester.ts";
import type { KnownKey } from "../../requests/signed-by.ts";
import { findWorkspace, type Workspace } from "../../requests/workspace.ts";
import { userFor } from "../admit-import.ts";
import { requireEncryption } from "../encrypted/start-encryption.ts";
import type { ImportOptions } from "../options.ts";
import { requireDates } from "../require-dates.ts";
import type { StartImportParts } from "../start-import.ts";
import type { BundleIdentity } from "./already-imported.ts";

/** What a file was found to hold that is to be imported. */
export interface Found {
  /** of each room that would be made, its bundle */
  bundles: readonly BundleIdentity[];
}

/** Verifies a file whole, and that what it holds may travel. @throws RequestError invalid; StoreAway */
export type ReadFile<T extends Found> = (
  file: string,
  knownKeys: () => Promise<readonly KnownKey[]>,
  allowPlaintext: boolean,
) => Promise<T>;

/** What is known of an import before anything is made. */
export interface BeforeImport<T extends Found> {
  importingUser: string;
  found: T;
  workspace: Workspace | undefined;
}

/**
 * The rules before every import, and before its dry run: who may import here, for whom, what the file holds, and where to.
 * @throws RequestError; HomeserverError, StoreAway
 */
export async function beforeImport<T extends Found>(
  parts: StartImportParts,
  caller: Caller,
  file: string,
  options: ImportOptions,
  read: ReadFile<T>,
): Promise<BeforeImport<T>> {
  const { capabilities, verifying, knownKeys } = parts;
  await requireDates(capabilities);
  if (options.encrypted) await requireEncryption(capabilities);
  const importingUser = await userFor(parts, caller, options.as);
  const showsPlain = options.allow_plaintext === true || options.encrypted === true;
  const found = await verifying.run(caller.userId, () => read(file, knownKeys, showsPlain));
  return { importingUser, found, workspace: await workspaceOf(parts, caller, options.workspace_id) };
}

/** The space that the new room is to join. */
async function workspaceOf(
  { homeserver, workspaces, serverName, access }: StartImportParts,
  caller: Caller,
  name: string | undefined,
): Promise<Workspace | undefined> {
  if (name === undefined) return undefined;
  const soon = AbortSignal.timeout(CHECK_MS);
  return await findWorkspace(name, caller.adminToken ? undefined : caller.userId, {
    slugs: workspaces,
    serverName,
    resolveAlias: (alias) => homeserver.resolveAlias(alias, soon),
    reader: homeserver.asService(soon).reader,
    hides: (roomId) => access.hides(roomId, caller),
  });
}
