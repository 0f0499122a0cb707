import { expect } from "chai";
import { synapseRemoval } from "../../../../src/adapters/homeserver/synapse/synapse-removal.ts";
import { SILENT } from "../../../support/fakes/logger.ts";
import { ScriptedHomeserver } from "./scripted-homeserver.ts";

describe("deleting a room from the homeserver", () => {
  async function remove(status: number, body: string): Promise<unknown> {
    const homeserver = await ScriptedHomeserver.start({ status, body });
    try {
      const settings = {
        url: homeserver.url,
        serverName: "x",
        asToken: "as",
        serviceUser: "@porter:x",
        logger: SILENT,
      };
      await synapseRemoval(settings, "token").remove("!one:x", new AbortController().signal);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await homeserver.close();
    }
  }

  it("is done where the homeserver knows no such room", async () => {
    expect(await remove(404, '{"errcode":"M_NOT_FOUND","error":"Unknown room id"}')).to.equal(undefined);
  });

  it("is not done where there is no admin API, or a proxy keeps it back", async () => {
    expect(await remove(404, '{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}')).to.include({
      status: 404,
    });
    expect(await remove(404, "<html>")).to.include({ status: 404 });
    expect(await remove(403, '{"errcode":"M_FORBIDDEN","error":"You are not a server admin"}')).to.include({
      status: 403,
    });
  });
});
