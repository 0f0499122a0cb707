import { expect } from "chai";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { Hourly } from "../../../../src/requests/limits/hourly.ts";

describe("what each user may have within an hour", () => {
  const ann = { userId: "@ann:x", adminToken: false };
  const refusal = (spent: Promise<void>): Promise<unknown> => spent.catch((error: unknown) => error);

  it("is so much, of which a refusal takes nothing, and no matter of others", async () => {
    const hourly = new Hourly({ what: "teas drunk", limit: 3, setting: "limits.teas_per_hour" });
    await hourly.spend(ann, 2);
    await hourly.spend(ann, 0);
    for (let i = 0; i < 3; i++) {
      const error = await refusal(hourly.spend(ann, 2));
      expect(error).to.be.instanceOf(RequestError).and.to.include({ kind: "too_many", retryAfter: 3600 });
      expect(error).to.have.property(
        "message",
        "You may have 3 teas drunk in an hour (limits.teas_per_hour), and have had 2: try again in 60 minutes",
      );
    }
    await hourly.spend(ann);
    expect(await refusal(hourly.spend(ann))).to.be.instanceOf(RequestError);
    await hourly.spend({ userId: "@bob:x", adminToken: false }, 3);
  });

  it("has no limit for admin tokens", async () => {
    const hourly = new Hourly({ what: "teas drunk", limit: 1, setting: "limits.teas_per_hour" });
    for (let i = 0; i < 3; i++) await hourly.spend({ userId: "admin:ops", adminToken: true });
  });
});
