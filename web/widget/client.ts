import { WidgetApi, type IOpenIDCredentials } from "matrix-widget-api";

/** The client around the widget, of which the widget asks nothing but who looks at it. */
export interface Client {
  /** An OpenID token of the person. @throws Error where they, or the client, did not allow it */
  openIdToken(): Promise<IOpenIDCredentials>;
}

/**
 * Begins to speak with the client.
 * @param origin of the client: messages of any other are not listened to
 */
export function connectClient(widgetId: string, origin: string): Client {
  // before the library listens, which does not ask where a message comes from
  window.addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== window.parent) event.stopImmediatePropagation();
  });
  const api = new WidgetApi(widgetId, origin);
  api.start();
  // clients that wait for no such word answer with an error
  api.sendContentLoaded().catch(() => undefined);
  return { openIdToken: () => api.requestOpenIDConnectToken() };
}
