export const widget = {
  heading: "Export this room",
  lead: "The export goes on when you close this. You find it here again.",
  thisRoom: "this room",
  asking: "Asking your client who you are: it may ask you to confirm.",
  alone: "This page belongs into a room: open it as a widget in your Matrix client.",
  strangeClient: (origin: string) =>
    `${origin} may not show this widget: the operator of this service can allow it with web.widget_clients.`,
  notTold: "Your client has not told who you are. Allow it, then try again.",
  submit: "Export this room",
  jobs: "Your exports of this room",
  none: "None yet.",
};
