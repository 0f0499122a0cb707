import { homeserverInfo } from "../../adapters/homeserver/info/homeserver-info.ts";
import { createAdministration, type Administration } from "../../administration/administration.ts";
import type { ServiceContext } from "../context.ts";

/** What admins can ask for about the service itself. */
export function createServiceAdministration(context: ServiceContext): Administration {
  const { config, operate, settings, storage, store, metrics } = context;
  return createAdministration({
    operate,
    askHomeserver: homeserverInfo(settings),
    bundles: storage.bundles,
    store,
    perUser: config.limits.storage_per_user || Infinity,
    metrics: metrics.page,
  });
}
