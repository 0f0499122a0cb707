import { expect } from "chai";
import { events, fakeService, job, json, type FakeService } from "../../../support/doors/scripted-service.ts";
import { run } from "../../../support/doors/run-command.ts";

describe("jobs", () => {
  it("are listed, a line each", async () => {
    const jobs = [
      job({
        ...{ job_id: "second", kind: "export", room_id: "!a:b", progress: { done: 9, total: null } },
        ...{ requester: "@ann:b", created_at: "2026-11-28T10:00:00.000Z", finished_at: null },
      }),
      job(),
    ];
    await using service = await fakeService((_asked, response) => json(response, 200, { jobs }));
    const { stdout } = await run(["jobs", "list"], { env: service.env });
    expect(stdout.toString()).to.equal(
      "JOB     KIND    STATE    PROGRESS       ROOM  REQUESTER  CREATED                   FINISHED\n" +
        "second  export  running  9 events       !a:b  @ann:b     2026-11-28T10:00:00.000Z  -\n" +
        "j1      import  running  1 of 3 events  -     -          -                         -\n",
    );
    const asJson = await run(["jobs", "list", "--json"], { env: service.env });
    expect(JSON.parse(asJson.stdout.toString())).to.deep.equal(jobs);
  });

  it("are shown one by one, with report and error", async () => {
    const error = { errcode: "M_UNKNOWN", error: "The disk is full" };
    await using service = await fakeService((_asked, response) =>
      json(response, 200, job({ state: "failed", error, report: { files: 3 } })),
    );
    const { code, stdout } = await run(["jobs", "show", "a/b"], { env: service.env });
    expect(code).to.equal(0);
    expect(stdout.toString()).to.contain("error      The disk is full\n").and.to.contain('"files": 3');
    expect(service.asked[0]?.url).to.equal("/v1/jobs/a%2Fb");
  });

  it("that failed name the command that goes on with them, where that helps", async () => {
    const shown = (error: string, retry: boolean): Promise<FakeService> =>
      fakeService((_asked, response) =>
        json(response, 200, job({ state: "failed", error: { errcode: "M_UNKNOWN", error, retry } })),
      );
    await using passing = await shown("The homeserver did not answer.", true);
    const first = await run(["jobs", "show", "j1"], { env: passing.env });
    expect(first.stdout.toString()).to.contain("roomporter jobs retry j1");
    await using lasting = await shown("This room is incognito: do not retry the job.", false);
    const second = await run(["jobs", "show", "j1"], { env: lasting.env });
    expect(second.stdout.toString()).to.not.contain("jobs retry");
  });

  it("are followed to their end", async () => {
    const ends = async (state: string): Promise<[number, string]> => {
      await using service = await fakeService((_asked, response) => events(response, [job(), job({ state })]));
      const { code, stdout } = await run(["jobs", "show", "j1", "--follow"], { env: service.env });
      expect(service.asked.map(({ url }) => url)).to.deep.equal(["/v1/jobs/j1/events"]);
      return [code, /state +(\w+)/.exec(stdout.toString())?.[1] ?? ""];
    };
    expect(await ends("succeeded")).to.deep.equal([0, "succeeded"]);
    expect(await ends("failed")).to.deep.equal([1, "failed"]);
  });

  it("are cancelled", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, job()));
    const { code, stdout, stderr } = await run(["jobs", "cancel", "j1"], { env: service.env });
    expect([code, stdout.length, stderr]).to.deep.equal([0, 0, "Job j1 ends as soon as it can.\n"]);
    expect(service.asked.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(["DELETE /v1/jobs/j1"]);
  });

  it("are not said to end when they had ended before", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, job({ state: "succeeded" })));
    const { code, stderr } = await run(["jobs", "cancel", "j1"], { env: service.env });
    expect([code, stderr]).to.deep.equal([0, "Job j1 had ended before: it has succeeded.\n"]);
  });

  it("are cancelled so that they can go on, and go on", async () => {
    await using service = await fakeService(({ method }, response) =>
      json(response, 200, job({ state: method === "DELETE" ? "cancelled" : "queued" })),
    );
    const cancelled = await run(["jobs", "cancel", "j1", "--keep"], { env: service.env });
    expect(cancelled.stderr).to.equal("Job j1 is cancelled.\n");
    const again = await run(["jobs", "retry", "j1", "--json"], { env: service.env });
    expect(JSON.parse(again.stdout.toString())).to.deep.include({ job_id: "j1", state: "queued" });
    expect(service.asked.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
      "DELETE /v1/jobs/j1?keep=true",
      "POST /v1/jobs/j1/retry",
    ]);
  });

  it("are not taken from something that is no Roomporter", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, { hello: "world" }));
    const { code, stderr } = await run(["jobs", "list"], { env: service.env });
    expect(code).to.equal(1);
    expect(stderr).to.contain("does not answer like a Roomporter service");
  });
});
