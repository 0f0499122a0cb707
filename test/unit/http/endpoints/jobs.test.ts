import { Readable } from "node:stream";
import { expect } from "chai";
import { RequestError } from "../../../../src/requests/failures/failure.ts";
import type { Job } from "../../../../src/ports/job-store.ts";
import { ApiServer, JOB } from "../../../support/doors/api-server.ts";

describe("jobs over HTTP", () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = new ApiServer();
    await api.start();
  });
  afterEach(() => api.stop());

  it("are listed, shown and cancelled without what is internal", async () => {
    api.jobs.list = async () => ({ jobs: [JOB], next: "job1" });
    api.jobs.show = async (id) => ({ ...JOB, id });
    api.jobs.cancel = async (id) => ({ ...JOB, id, state: "cancelled" });
    const list = (await (await api.fetch("/v1/jobs")).json()) as { jobs: object[]; next_batch: string };
    expect(list.jobs).to.have.length(1);
    expect(list.next_batch).to.equal("job1");
    expect(list.jobs[0]).to.have.all.keys(
      ...["job_id", "kind", "state", "progress", "room_id", "report", "error"],
      ...["requester", "created_at", "finished_at", "kept", "subject"],
    );
    expect(await (await api.fetch("/v1/jobs/a")).json()).to.have.property("job_id", "a");
    const cancelled = await api.fetch("/v1/jobs/a", { method: "DELETE" });
    expect(await cancelled.json()).to.deep.include({ job_id: "a", state: "cancelled" });
  });

  it("are listed by state, kind and requester, page by page", async () => {
    const asked: unknown[] = [];
    api.jobs.list = async (_requester, options) => {
      asked.push(options);
      return { jobs: [] };
    };
    const query = "state=failed&kind=import&requester=@bob:x&from=0a&limit=5";
    expect(await (await api.fetch(`/v1/jobs?${query}`)).json()).to.deep.equal({ jobs: [] });
    await api.fetch("/v1/jobs");
    const wanted = { state: "failed", kind: "import", requester: "@bob:x", from: "0a", limit: 5 };
    expect(asked).to.deep.equal([wanted, { limit: 100 }]);
    for (const wrong of ["state=done", "kind=all", "limit=0", "limit=101", "from=%20", "order=up"])
      expect((await api.fetch(`/v1/jobs?${wrong}`)).status, wrong).to.equal(400);
  });

  it("are cancelled so that they can go on, and go on", async () => {
    const wishes: unknown[] = [];
    api.jobs.cancel = async (_id, _requester, options) => {
      wishes.push(options);
      return { ...JOB, state: "cancelled" };
    };
    api.jobs.retry = async (id) => ({ ...JOB, id, state: "queued" });
    for (const query of ["", "?keep=true", "?keep=false"]) await api.fetch(`/v1/jobs/a${query}`, { method: "DELETE" });
    expect(wishes).to.deep.equal([{ keep: false }, { keep: true }, { keep: false }]);
    expect((await api.fetch("/v1/jobs/a?keep=perhaps", { method: "DELETE" })).status).to.equal(400);
    const again = await api.fetch("/v1/jobs/a/retry", { method: "POST" });
    expect(again.status).to.equal(202);
    expect(await again.json()).to.deep.include({ job_id: "a", state: "queued", status_url: "/v1/jobs/a" });
  });

  it("are unknown to those whose they are not", async () => {
    api.jobs.show = api.jobs.watch = async () => {
      throw new RequestError("not_found", "M_NOT_FOUND", "There is no such job");
    };
    for (const path of ["/v1/jobs/a", "/v1/jobs/a/events"]) {
      const response = await api.fetch(path);
      expect(response.status).to.equal(404);
      expect(await response.json()).to.have.property("errcode", "M_NOT_FOUND");
    }
  });

  it("can be followed to their end", async () => {
    let tell: ((job: Job) => void) | undefined;
    let left = 0;
    api.jobs.watch = async (_id, _requester, changed) => {
      tell = changed;
      changed({ ...JOB, state: "running" });
      return () => left++;
    };
    const response = await api.fetch("/v1/jobs/job1/events");
    expect(response.headers.get("content-type")).to.equal("text/event-stream");
    tell?.({ ...JOB, state: "running", progress: { done: 3, total: 9, unit: "events" } });
    tell?.({ ...JOB, state: "succeeded" });
    expect(response.headers.get("cache-control")).to.contain("no-transform");
    expect(response.headers.get("x-accel-buffering")).to.equal("no");
    const events = (await response.text()).trim().split("\n\n");
    expect(events.map((event) => event.split("\n")[0])).to.deep.equal(["event: job", "event: job", "event: job"]);
    const states = events.map((event) => (JSON.parse(event.split("\ndata: ")[1] ?? "") as { state: string }).state);
    expect(states).to.deep.equal(["running", "running", "succeeded"]);
    expect(left).to.equal(1);
  });

  it("show their progress with the pace, and how long the rest will take", async () => {
    const progress = { done: 100, total: 1000, unit: "events", rate: 25 } as const;
    api.jobs.show = async () => ({ ...JOB, state: "running", progress });
    const shown = (await (await api.fetch("/v1/jobs/job1")).json()) as { progress: object };
    expect(shown.progress).to.deep.equal({ done: 100, total: 1000, unit: "events", rate: 25, seconds_left: 36 });
  });

  it("that have ended end their events at once", async () => {
    api.jobs.watch = async (_id, _requester, changed) => {
      changed({ ...JOB, state: "failed" });
      return () => undefined;
    };
    expect((await (await api.fetch("/v1/jobs/job1/events")).text()).split("event: job")).to.have.length(2);
  });

  it("give their conversation as a file to save, never as a page to open", async () => {
    const asked: string[] = [];
    api.exports.document = async (id, _requester, format) => {
      asked.push(`${id} ${format}`);
      return { body: Readable.from(["<b>hi</b>"]), fileName: "tea.html" };
    };
    const response = await api.fetch("/v1/jobs/job1/document?format=page");
    expect(await response.text()).to.equal("<b>hi</b>");
    const { headers } = response;
    expect(headers.get("content-disposition")).to.equal('attachment; filename="tea.html"');
    expect(headers.get("content-type")).to.equal("text/html; charset=utf-8");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    for (const query of ["", "?format=pdf"])
      expect((await api.fetch(`/v1/jobs/job1/document${query}`)).status, query).to.equal(400);
    expect(asked).to.deep.equal(["job1 page"]);
  });

  describe("give their bundle", () => {
    const text = "0123456789";
    beforeEach(() => {
      api.exports.download = async (_id, _requester, { rangeOf } = {}) => {
        const range = rangeOf?.(text.length);
        const bytes = Buffer.from(range ? text.slice(range.start, range.end + 1) : text);
        return { body: Readable.from([bytes]), size: text.length, fileName: "tea.zip", ...(range && { range }) };
      };
    });
    const get = (headers: Record<string, string>, method = "GET") =>
      api.fetch("/v1/jobs/job1/bundle", { headers, method });

    it("whole", async () => {
      const response = await get({});
      expect(response.status).to.equal(200);
      expect(response.headers.get("accept-ranges")).to.equal("bytes");
      expect(response.headers.get("content-length")).to.equal("10");
      expect(response.headers.get("content-disposition")).to.equal('attachment; filename="tea.zip"');
      expect(await response.text()).to.equal(text);
      const head = await get({}, "HEAD");
      expect([head.status, head.headers.get("content-length")]).to.deep.equal([200, "10"]);
    });

    it("in ranges", async () => {
      const ranges: [asked: string, bytes: string, contentRange: string][] = [
        ["bytes=2-4", "234", "bytes 2-4/10"],
        ["bytes=7-", "789", "bytes 7-9/10"],
        ["bytes=-2", "89", "bytes 8-9/10"],
        ["bytes=5-99", "56789", "bytes 5-9/10"],
      ];
      for (const [range, bytes, contentRange] of ranges) {
        const response = await get({ range });
        expect(response.status, range).to.equal(206);
        expect(response.headers.get("content-range")).to.equal(contentRange);
        expect(response.headers.get("content-length")).to.equal(String(bytes.length));
        expect(await response.text()).to.equal(bytes);
      }
    });

    it("whole where the range cannot be understood or is of another bundle", async () => {
      const all: Record<string, string>[] = [
        { range: "bytes=0-1,4-5" },
        { range: "lines=1-2" },
        { range: "bytes=2-4", "if-range": '"other"' },
      ];
      for (const headers of all) {
        const response = await get(headers);
        expect(response.status, JSON.stringify(headers)).to.equal(200);
        expect(await response.text()).to.equal(text);
      }
      expect((await get({ range: "bytes=2-4", "if-range": '"job1"' })).status).to.equal(206);
    });

    it("not where there are no such bytes", async () => {
      const response = await get({ range: "bytes=10-" });
      expect(response.status).to.equal(416);
      expect(response.headers.get("content-range")).to.equal("bytes */10");
      expect(await response.json()).to.have.property("errcode");
    });
  });
});
