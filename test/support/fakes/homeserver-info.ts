import type { AskHomeserver } from "../../../src/ports/homeserver/homeserver-info.ts";

/** A homeserver that says of itself what a new one does. `admin`: is the admin token of use? absent: there is none. */
export function toldHomeserver(admin?: "useful" | "useless"): AskHomeserver {
  return async () => ({
    software: "Memory 1.0",
    spec_versions: ["v1.1", "v1.16"],
    room_versions: {
      default: "12",
      available: [
        { version: "11", stability: "stable" },
        { version: "12", stability: "stable" },
      ],
    },
    admin_api: { configured: admin !== undefined, fault: admin === "useless" ? "the token is not good" : null },
  });
}
