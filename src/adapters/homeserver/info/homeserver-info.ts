import { objectMember, stringMember } from "../../../matrix/json.ts";
import type { AskHomeserver, HomeserverInfo } from "../../../ports/homeserver/homeserver-info.ts";
import type { HomeserverSettings } from "../access.ts";
import { HomeserverClient, path } from "../client.ts";
import { adminFault, ANSWER_MS, serverSoftware, specVersions } from "./server-info.ts";

/** Asks as the service user, and does not wait for a homeserver that is away. */
export function homeserverInfo({
  url,
  asToken,
  serviceUser,
  adminToken,
  logger,
  meter,
}: HomeserverSettings): AskHomeserver {
  return async () => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const about = { url, logger, meter, patienceMs: 0, signal };
    const service = new HomeserverClient({ ...about, accessToken: asToken, userId: serviceUser });
    return {
      spec_versions: await specVersions(service),
      software: (await serverSoftware(service)) ?? null,
      room_versions: await roomVersions(service),
      admin_api: {
        configured: adminToken !== undefined,
        fault:
          adminToken === undefined
            ? null
            : ((await adminFault(new HomeserverClient({ ...about, accessToken: adminToken }))) ?? null),
      },
    };
  };
}

/** Client-server API, "Capabilities negotiation", `m.room_versions`. */
async function roomVersions(client: HomeserverClient): Promise<HomeserverInfo["room_versions"]> {
  const answer = await client.call({ method: "GET", path: path`/capabilities` });
  const versions = objectMember(objectMember(answer, "capabilities"), "m.room_versions");
  const available = Object.entries(objectMember(versions, "available") ?? {}).flatMap(([version, stability]) =>
    typeof stability === "string" ? [{ version, stability }] : [],
  );
  return { default: stringMember(versions, "default") ?? null, available };
}
