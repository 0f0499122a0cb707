import { expect } from "chai";
import { outlook, Pace } from "../../../src/jobs/pace.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { JOB } from "../../support/doors/api-server.ts";

describe("the pace of a job", () => {
  it("is measured over the last half minute", () => {
    const pace = new Pace();
    for (let second = 0; second <= 60; second++) pace.reached(second * 10, second * 1000);
    expect(pace.rate(60_000)).to.equal(10);
    for (let second = 61; second <= 120; second++) pace.reached(600 + (second - 60) * 25, second * 1000);
    expect(pace.rate(120_000)).to.equal(25);
  });

  it("does not count what an earlier run did", () => {
    const pace = new Pace();
    pace.reached(5000, 0);
    pace.reached(5010, 2000);
    expect(pace.rate(2000)).to.equal(5);
  });

  it("is not known at first, and not after a standstill", () => {
    const pace = new Pace();
    expect(pace.rate(0)).to.equal(undefined);
    pace.reached(0, 0);
    pace.reached(500, 100);
    expect(pace.rate(200)).to.equal(undefined);
    expect(pace.rate(10_000)).to.equal(50);
    expect(pace.rate(29_000)).to.be.lessThan(20);
    expect(pace.rate(31_000)).to.equal(undefined);
  });

  it("is the same however often it is told", () => {
    const often = new Pace();
    for (let at = 0; at <= 90_000; at += 10) often.reached(at / 40, at);
    expect(often.rate(90_000)).to.equal(25);
  });

  it("begins anew where the job does", () => {
    const pace = new Pace();
    pace.reached(0, 0);
    pace.reached(900, 3000);
    pace.reached(10, 4000);
    pace.reached(30, 8000);
    expect(pace.rate(8000)).to.equal(5);
  });

  it("says how long the rest will take, where there is one", () => {
    const at = (progress: Partial<Job["progress"]>, state: Job["state"] = "running"): unknown =>
      outlook({ ...JOB, state, progress: { done: 50, total: 200, unit: "events", ...progress } });
    expect(at({ rate: 40 })).to.deep.equal({ rate: 40, seconds_left: 4 });
    expect(at({ rate: 40, total: null })).to.deep.equal({ rate: 40, seconds_left: null });
    expect(at({ rate: 0 })).to.deep.equal({ rate: 0, seconds_left: null });
    expect(at({})).to.deep.equal({ rate: null, seconds_left: null });
    expect(at({ rate: 40 }, "queued")).to.deep.equal({ rate: null, seconds_left: null });
  });
});
