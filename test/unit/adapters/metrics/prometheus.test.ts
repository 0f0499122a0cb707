import { expect } from "chai";
import { JOB_KINDS, JOB_STATES } from "../../../../src/ports/job-store.ts";
import { metricsContract } from "../../../contracts/metrics.ts";
import { metricsIn, metricsOf, NOTHING, samplesOf } from "./page.ts";

const read = async (metrics: ReturnType<typeof metricsOf>): Promise<Map<string, number>> =>
  samplesOf(await metrics.page.text());

describe("the metrics page", () => {
  metricsContract(metricsOf);

  it("counts the database's jobs by kind and state, also those of which there is none", async () => {
    const metrics = metricsOf(
      async () => ({
        jobs: [
          { kind: "import", state: "queued", count: 7 },
          { kind: "export", state: "queued", count: 2 },
          { kind: "import", state: "failed", count: 1 },
        ],
        oldestQueuedAt: 10_000,
        inbox: 3,
        schedules: [
          { name: "nightly", done: 50_000, overdue: false, missing: 0, rooms: 2 },
          { name: "weekly", done: undefined, overdue: true, missing: 1, rooms: 2 },
        ],
      }),
      70_500,
    );
    const page = await read(metrics);
    expect(page.get(`roomporter_jobs{kind="import",state="queued"}`)).to.equal(7);
    expect(page.get(`roomporter_jobs{kind="import",state="failed"}`)).to.equal(1);
    expect(page.get(`roomporter_jobs{kind="export",state="running"}`)).to.equal(0);
    const each = JOB_KINDS.flatMap((kind) =>
      JOB_STATES.map((state) => `roomporter_jobs{kind="${kind}",state="${state}"}`),
    );
    expect([...page.keys()].filter((name) => name.startsWith("roomporter_jobs{"))).to.have.members(each);
    expect(page.get("roomporter_queue_depth")).to.equal(9);
    expect(page.get("roomporter_oldest_queued_job_age_seconds")).to.equal(60.5);
    expect(page.get("roomporter_inbox_depth")).to.equal(3);
    expect(page.get("roomporter_database_up")).to.equal(1);
    const of = (metric: string): (number | undefined)[] =>
      ["nightly", "weekly"].map((name) => page.get(`roomporter_schedule_${metric}{schedule="${name}"}`));
    expect(of("done_timestamp_seconds")).to.deep.equal([50, undefined]);
    expect(of("overdue")).to.deep.equal([0, 1]);
  });

  it("is the same in parts", async () => {
    const metrics = metricsOf();
    metrics.homeserver.called({ method: "GET", endpoint: "other", status: 200, seconds: 0.1 });
    const parts = await metrics.page.metrics();
    const own = parts.filter(({ name }) => name.startsWith("roomporter_"));
    const page = await metrics.page.text();
    expect(own.map(({ name, type, help }) => ({ name, type, help }))).to.deep.equal(
      metricsIn(page).filter(({ name }) => name.startsWith("roomporter_")),
    );
    const label = ([name, text]: [string, string]): string => `${name}="${text}"`;
    const samples = own.flatMap(({ samples: of }) => of);
    const shown = new Map(
      samples.map(({ name, labels, value }) => {
        const text = Object.entries(labels).map(label).join(",");
        return [text === "" ? name : `${name}{${text}}`, value];
      }),
    );
    const wanted = [...samplesOf(page)].filter(([name]) => name.startsWith("roomporter_"));
    expect(Object.fromEntries(shown)).to.deep.equal(Object.fromEntries(wanted));
  });

  it("shows an age of 0 where no job waits", async () => {
    expect((await read(metricsOf())).get("roomporter_oldest_queued_job_age_seconds")).to.equal(0);
  });

  it("leaves out what the database does not tell, says so, and is whole again afterwards", async () => {
    let away = false;
    const metrics = metricsOf(async () => {
      if (away) throw new Error("connection refused");
      return { ...NOTHING, jobs: [{ kind: "export", state: "queued", count: 1 }], inbox: 1 };
    });
    const ofDatabase = (page: Map<string, number>): string[] =>
      [...page.keys()].filter((name) => /^roomporter_(?:jobs\{|queue|oldest|inbox)/.test(name));
    const before = ofDatabase(await read(metrics));
    away = true;
    const page = await read(metrics);
    expect(page.get("roomporter_database_up")).to.equal(0);
    expect(ofDatabase(page)).to.deep.equal([]);
    expect(page.get(`roomporter_events_total{kind="import"}`)).to.equal(0);
    away = false;
    expect(ofDatabase(await read(metrics))).to.deep.equal(before);
  });

  it("does not wait for a database that hangs", async () => {
    const page = await read(metricsOf(() => new Promise(() => undefined)));
    expect(page.get("roomporter_database_up")).to.equal(0);
  });

  it("counts what jobs do, from 0", async () => {
    const metrics = metricsOf();
    const started = await read(metrics);
    for (const series of [
      `roomporter_jobs_ended_total{kind="export",outcome="cancelled"}`,
      `roomporter_events_total{kind="export"}`,
      `roomporter_process_jobs{kind="import"}`,
      `roomporter_bundle_bytes_total{direction="written"}`,
      `roomporter_media_bytes_total{direction="down"}`,
      `roomporter_homeserver_retries_total{reason="rate_limited"}`,
    ])
      expect(started.get(series), series).to.equal(0);
    metrics.jobs.held("import", 1);
    metrics.jobs.events("import", 25);
    metrics.jobs.ended("import", "failed");
    metrics.jobs.bundle("read", 1000);
    metrics.homeserver.media("up", 300);
    metrics.homeserver.media("up", 20);
    metrics.homeserver.repeated("away");
    const page = await read(metrics);
    expect(page.get(`roomporter_process_jobs{kind="import"}`)).to.equal(1);
    expect(page.get(`roomporter_events_total{kind="import"}`)).to.equal(25);
    expect(page.get(`roomporter_jobs_ended_total{kind="import",outcome="failed"}`)).to.equal(1);
    expect(page.get(`roomporter_bundle_bytes_total{direction="read"}`)).to.equal(1000);
    expect(page.get(`roomporter_media_bytes_total{direction="up"}`)).to.equal(320);
    expect(page.get(`roomporter_homeserver_retries_total{reason="away"}`)).to.equal(1);
  });

  it("tells the version, and what the process uses", async () => {
    const page = await read(metricsOf());
    const build = [...page.keys()].find((name) => name.startsWith("roomporter_build_info{"));
    expect(build).to.contain(`version="1.2.3"`).and.to.contain(`node="${process.versions.node}"`);
    for (const name of [
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
    ])
      expect(page.get(name), name).to.be.a("number");
  });
});
