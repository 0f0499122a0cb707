import {
  ClientWidgetApi,
  OpenIDRequestState,
  Widget,
  WidgetDriver,
  type Capability,
  type IOpenIDCredentials,
  type IOpenIDUpdate,
  type IWidget,
  type SimpleObservable,
} from "matrix-widget-api";

/** What the page is told in its address, behind `#`. */
interface Place {
  widget: IWidget;
  roomId: string;
  userId: string;
  homeserver: string;
  token: string;
  /** what it says it is; default: what it is */
  parentUrl?: string;
  /** what the person answers when they are asked; default: yes */
  declines?: boolean;
}

/** As Element frames widgets. */
const SANDBOX =
  "allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts allow-presentation allow-downloads";

const place = JSON.parse(decodeURIComponent(location.hash.slice(1))) as Place;

class Driver extends WidgetDriver {
  /** capabilities that the widget has asked for */
  readonly asked: Capability[] = [];

  override validateCapabilities(requested: Set<Capability>): Promise<Set<Capability>> {
    this.asked.push(...requested);
    return Promise.resolve(requested);
  }
  override askOpenID(observer: SimpleObservable<IOpenIDUpdate>): void {
    observer.update({ state: OpenIDRequestState.PendingUserConfirmation });
    if (place.declines) observer.update({ state: OpenIDRequestState.Blocked });
    else void this.#token().then((token) => observer.update({ state: OpenIDRequestState.Allowed, token }));
  }
  async #token(): Promise<IOpenIDCredentials> {
    const user = encodeURIComponent(place.userId);
    const response = await fetch(`${place.homeserver}/_matrix/client/v3/user/${user}/openid/request_token`, {
      method: "POST",
      headers: { authorization: `Bearer ${place.token}`, "content-type": "application/json" },
      body: "{}",
    });
    return (await response.json()) as IOpenIDCredentials;
  }
}

const widget = new Widget(place.widget);
const frame = document.createElement("iframe");
frame.title = "widget";
frame.setAttribute("sandbox", SANDBOX);
frame.style.cssText = "border: 0; inline-size: 100%; block-size: 95vh";
const url = new URL(widget.getCompleteUrl({ widgetRoomId: place.roomId, currentUserId: place.userId }));
url.searchParams.set("widgetId", widget.id);
url.searchParams.set("parentUrl", place.parentUrl ?? location.href.split("#")[0] ?? "");

/** for the test */
const seen = { answers: [] as string[], capabilities: [] as string[] };
Object.assign(globalThis, { seen });
window.addEventListener("message", ({ data }: MessageEvent<{ requestId?: string; response?: unknown }>) => {
  if (data.response !== undefined && data.requestId !== undefined) seen.answers.push(data.requestId);
});
document.body.append(frame);
const driver = new Driver();
seen.capabilities = driver.asked;
new ClientWidgetApi(widget, frame, driver);
frame.src = url.href;
