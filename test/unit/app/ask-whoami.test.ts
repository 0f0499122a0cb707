import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { askWhoami } from "../../../src/app/homeserver-start.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { SILENT } from "../../support/fakes/logger.ts";

describe("asking whose a token is", () => {
  it("does not wait for a homeserver that takes the call and never answers", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { url, serverName: "x", asToken: "as", serviceUser: "@service:x", logger: SILENT };
    // the patience of somebody who waits is over before a second attempt
    const error: unknown = await askWhoami(settings, "token", 1600).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(HomeserverError).with.property("status", 0);
    server.close();
  });
});
