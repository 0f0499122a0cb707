import { readMetrics, type ReadMetrics, type ReadMetricsParts } from "./read-metrics.ts";
import {
  checkHomeserver,
  showHomeserver,
  type CheckHomeserver,
  type ShowHomeserver,
  type ShowHomeserverParts,
} from "./show-homeserver.ts";
import { showStorage, type ShowStorage, type ShowStorageParts } from "./show-storage.ts";

/** What only admins can ask for about the service itself. Everything throws RequestError. */
export interface Administration {
  homeserver: ShowHomeserver;
  checkHomeserver: CheckHomeserver;
  storage: ShowStorage;
  metrics: ReadMetrics;
}

export function createAdministration(parts: ShowHomeserverParts & ShowStorageParts & ReadMetricsParts): Administration {
  return {
    homeserver: showHomeserver(parts),
    checkHomeserver: checkHomeserver(parts),
    storage: showStorage(parts),
    metrics: readMetrics(parts),
  };
}
