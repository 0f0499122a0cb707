import { expect } from "chai";
import { checkHomeserver } from "../../../src/administration/show-homeserver.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { RequestError } from "../../../src/requests/failures/failure.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import { toldAuditLog } from "../../support/fakes/memory-stores.ts";

const ROOT = { userId: "@root:x", adminToken: false, door: "http" } as const;

describe("what the homeserver can do", () => {
  it("is no fault of the requester's token where the homeserver does not know the service's own", async () => {
    for (const [status, sentence] of [
      [401, /does not know the as_token of the service's registration/],
      [0, /does not answer as it should/],
    ] as const) {
      const operate = operateWith(() => "admin", toldAuditLog());
      const fail = () => Promise.reject(new HomeserverError(status, "M_UNKNOWN_TOKEN", "no"));
      const check = checkHomeserver({ operate, homeserver: { report: fail, probe: fail } });
      const error: unknown = await check(ROOT).catch((thrown: unknown) => thrown);
      if (!(error instanceof RequestError)) throw error;
      expect(error.kind).to.equal("homeserver_away");
      expect(error.message).to.match(sentence);
    }
  });
});
