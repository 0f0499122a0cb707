import { expect } from "chai";
import { fakeService, job, json } from "./fake-service.ts";
import { run } from "./fake-world.ts";

describe("jobs", () => {
  it("are listed, a line each", async () => {
    const jobs = [
      job({ job_id: "second", kind: "export", room_id: "!a:b", progress: { done: 9, total: null } }),
      job(),
    ];
    await using service = await fakeService((_asked, response) => json(response, 200, { jobs }));
    const { stdout } = await run(["jobs", "list"], { env: service.env });
    expect(stdout.toString()).to.equal(
      "JOB     KIND    STATE    PROGRESS       ROOM\n" +
        "second  export  running  9 events       !a:b\n" +
        "j1      import  running  1 of 3 events  -\n",
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
    expect(stdout.toString()).to.contain("error     The disk is full\n").and.to.contain('"files": 3');
    expect(service.asked[0]?.url).to.equal("/v1/jobs/a%2Fb");
  });

  it("are cancelled", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, job()));
    const { code, stdout, stderr } = await run(["jobs", "cancel", "j1"], { env: service.env });
    expect([code, stdout.length, stderr]).to.deep.equal([0, 0, "Job j1 ends as soon as it can.\n"]);
    expect(service.asked.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(["DELETE /v1/jobs/j1"]);
  });

  it("are not taken from something that is no Roomporter", async () => {
    await using service = await fakeService((_asked, response) => json(response, 200, { hello: "world" }));
    const { code, stderr } = await run(["jobs", "list"], { env: service.env });
    expect(code).to.equal(1);
    expect(stderr).to.contain("does not answer like a Roomporter service");
  });
});
