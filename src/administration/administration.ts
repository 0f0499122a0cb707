import { readMetrics, type ReadMetrics, type ReadMetricsParts } from "./read-metrics.ts";
import { showHomeserver, type ShowHomeserver, type ShowHomeserverParts } from "./show-homeserver.ts";
import { showStorage, type ShowStorage, type ShowStorageParts } from "./show-storage.ts";

/** What only admins can ask for about the service itself. Everything throws RequestError. */
export interface Administration {
  homeserver: ShowHomeserver;
  storage: ShowStorage;
  metrics: ReadMetrics;
}

export function createAdministration(parts: ShowHomeserverParts & ShowStorageParts & ReadMetricsParts): Administration {
  return { homeserver: showHomeserver(parts), storage: showStorage(parts), metrics: readMetrics(parts) };
}
