import { buildWeb } from "../../scripts/build-web.js";
import { startService, type Service, type ServiceOptions } from "./service.ts";
import { sharedSynapse } from "./shared-synapse.ts";

/** A service of its own that serves the web page, built anew from this checkout. @param config further keys of config.yaml */
export async function startWebService(config: Record<string, unknown> = {}): Promise<Service> {
  const synapse = await sharedSynapse();
  return await startWebServiceOn({ synapse, registration: synapse.takeRegistration(), config });
}

/** The same on another homeserver, or with more in its configuration. */
export async function startWebServiceOn({ synapse, registration, config }: ServiceOptions): Promise<Service> {
  await buildWeb();
  const port = Number(new URL(registration.url ?? "").port);
  const listeners = [{ port, bind_address: "127.0.0.1", resources: ["appservice", "api", "web"] }];
  return await startService({ synapse, registration, config: { listeners, ...config } });
}
