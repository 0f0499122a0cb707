import { createAdministration, type Administration } from "../../administration/administration.ts";
import type { HomeserverCheck } from "../../administration/homeserver-check.ts";
import type { ServiceContext } from "../context.ts";

/** What admins can ask for about the service itself. */
export function createServiceAdministration(context: ServiceContext, homeserver: HomeserverCheck): Administration {
  const { config, operate, storage, store, metrics } = context;
  return createAdministration({
    operate,
    homeserver,
    bundles: storage.bundles,
    store,
    perUser: config.limits.storage_per_user || Infinity,
    metrics: metrics.page,
  });
}
