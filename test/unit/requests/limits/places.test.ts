import { expect } from "chai";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { Places } from "../../../../src/requests/limits/places.ts";
import type { Caller } from "../../../../src/requests/requester.ts";

describe("places for what somebody waits for", () => {
  const caller = (userId: string, adminToken = false): Caller => ({ userId, adminToken, admin: false, door: "http" });
  let places: Places;
  beforeEach(() => {
    const settings = { perUser: "limits.teas_per_user", inAll: "limits.teas" };
    places = new Places({ what: "teas under way", perUser: 2, inAll: 4, settings, instead: "drink water" });
  });
  function refusal(who: Caller): string {
    try {
      places.take(who);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      expect(error).to.include({ kind: "too_many", errcode: "M_LIMIT_EXCEEDED", retryAfter: 10 });
      return error.message;
    }
    throw new Error("not refused");
  }

  it("are so many for one user, who keeps nobody else out", () => {
    const first = places.take(caller("@ann:x"));
    places.take(caller("@ann:x"));
    expect(refusal(caller("@ann:x"))).to.equal(
      "You have 2 teas under way, as many as you may (limits.teas_per_user): wait until one has ended, or drink water",
    );
    places.take(caller("@bob:x"));
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    places.take(caller("@ann:x"));
    expect(refusal(caller("@ann:x"))).to.include("You have 2");
  });

  it("are so many in all, also for admin tokens, which have no limit of their own", () => {
    const taken = [1, 2, 3, 4].map(() => places.take(caller("admin:ops", true)));
    for (const who of [caller("admin:ops", true), caller("@ann:x")])
      expect(refusal(who)).to.equal(
        "The service has 4 teas under way, as many as it may (limits.teas): try again later, or drink water",
      );
    taken[0]?.[Symbol.dispose]();
    places.take(caller("@ann:x"));
  });
});
