import { expect } from "chai";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import { Hourly } from "../../../../src/requests/limits/hourly.ts";

describe("what each user may have within an hour", () => {
  const ann = { userId: "@ann:x", adminToken: false };
  const spend = (hourly: Hourly, who: typeof ann, count: number): Promise<void> =>
    hourly.during(who, count, async () => undefined);
  const refusal = (spent: Promise<void>): Promise<unknown> => spent.catch((error: unknown) => error);

  it("is so much, of which a refusal takes nothing, and no matter of others", async () => {
    const hourly = new Hourly({ what: "teas drunk", limit: 3, setting: "limits.teas_per_hour" });
    await spend(hourly, ann, 2);
    await spend(hourly, ann, 0);
    for (let i = 0; i < 3; i++) {
      const error = await refusal(spend(hourly, ann, 2));
      expect(error).to.be.instanceOf(RequestError).and.to.include({ kind: "too_many", retryAfter: 3600 });
      expect(error).to.have.property(
        "message",
        "You may have 3 teas drunk in an hour (limits.teas_per_hour), and have had 2: try again in 60 minutes",
      );
    }
    await spend(hourly, ann, 1);
    expect(await refusal(spend(hourly, ann, 1))).to.be.instanceOf(RequestError);
    await spend(hourly, { userId: "@bob:x", adminToken: false }, 3);
  });

  it("has no limit for admin tokens", async () => {
    const hourly = new Hourly({ what: "teas drunk", limit: 1, setting: "limits.teas_per_hour" });
    for (let i = 0; i < 3; i++) await spend(hourly, { userId: "admin:ops", adminToken: true }, 1);
  });

  it("counts nothing that fails, for it is tried again", async () => {
    const hourly = new Hourly({ what: "teas drunk", limit: 1, setting: "limits.teas_per_hour" });
    const spilt = new Error("spilt");
    for (let i = 0; i < 3; i++)
      expect(await refusal(hourly.during(ann, 1, () => Promise.reject(spilt)))).to.equal(spilt);
    await hourly.requireLeft(ann);
    await spend(hourly, ann, 1);
    expect(await refusal(hourly.requireLeft(ann)))
      .to.be.instanceOf(RequestError)
      .and.to.include({ kind: "too_many" });
    await hourly.requireLeft({ userId: "admin:ops", adminToken: true });
  });
});
