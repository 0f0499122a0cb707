import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

describeInChromium("administration on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let ann: MatrixClient;
  let room: string;
  const [annName, rootName] = [unique("ann"), unique("root")];

  before(async () => {
    synapse = await sharedSynapse();
    ann = await registerUser(synapse.url, annName, "Ann");
    const root = await registerUser(synapse.url, rootName);
    service = await startWebService({ permissions: { "*": "user", [root.userId]: "admin" } });
    room = String((await post("/v1/rooms", { name: "Tea" }))["room_id"]);
    await ann.join(room);
    const job = await post(`/v1/rooms/${encodeURIComponent(room)}/exports`);
    await fetch(`${service.url}/v1/jobs/${String(job["job_id"])}/events`, { headers: tokenOf(ann) }).then((events) =>
      events.text(),
    );
  });
  after(() => service.close());

  it("is not shown to others than admins, nor given to them", async () => {
    const visitor = await Visitor.open(service, synapse.url, "#/admin/audit");
    const { page } = visitor;
    await visitor.signIn(annName);
    expect(await page.getByRole("link", { name: "Admin" }).count()).to.equal(0);
    expect(await page.getByRole("heading", { name: "Administration" }).count()).to.equal(0);
    for (const path of ["/v1/audit", "/v1/storage", "/v1/homeserver", "/v1/metrics"])
      expect((await fetch(service.url + path, { headers: tokenOf(ann) })).status, path).to.equal(403);
    await visitor.leave();
  });

  it("lists everybody's jobs by state and requester, and exports all rooms", async () => {
    const visitor = await asAdmin();
    const { page } = visitor;
    const cards = page.getByRole("region", { name: "All jobs" }).getByRole("article");
    const others = cards.filter({ hasText: `by ${ann.userId}` });
    await others.waitFor();
    await page.getByLabel("State").selectOption({ label: "Failed" });
    await page.getByText("No job matches.").waitFor();
    await page.getByLabel("State").selectOption({ label: "Done" });
    await others.waitFor();
    await page.getByLabel("Asked for by").fill("@somebody:else");
    await page.getByText("No job matches.").waitFor();
    await page.getByLabel("Asked for by").fill("");
    await page.getByLabel("State").selectOption({ label: "All" });
    await others.waitFor();
    await visitor.expectAccessible();
    const all = page.getByRole("region", { name: "Export of all rooms" });
    await all.getByLabel("Only what this user may see").fill("@nobody:localhost");
    await all.getByRole("button", { name: "Export their rooms" }).click();
    await all.getByText("There is no user @nobody:localhost: check the spelling").waitFor();
    await all.getByLabel("Only what this user may see").fill(ann.userId);
    await all.getByRole("button", { name: "Export their rooms" }).click();
    await cards.filter({ hasText: "Export of all rooms" }).waitFor();
    await visitor.go("Jobs");
    const own = page.getByRole("list", { name: "Jobs" }).getByRole("article").filter({ visible: true });
    await own.filter({ hasText: "Export of all rooms" }).waitFor();
    expect(await own.filter({ hasText: ann.userId }).count(), "those of others").to.equal(0);
    await visitor.leave();
  });

  it("says why a job failed, and retries, pauses, resumes and gives up as the API does", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    const about = {
      kind: "import",
      room_id: null,
      subject: "Tea",
      report: null,
      requester: ann.userId,
      error: null,
      kept: false,
    };
    const progress = { done: 3, total: 9, unit: "events", rate: null, seconds_left: null };
    const at = new Date(0).toISOString();
    const job = (job_id: string, state: string, more: object = {}): object => {
      return { ...about, progress, job_id, state, created_at: at, finished_at: at, ...more };
    };
    const error = { errcode: "M_UNKNOWN", error: "The homeserver did not answer for an hour: retry", retry: true };
    const jobs = [
      job("f", "failed", { error, kept: true }),
      job("p", "cancelled", { kept: true }),
      job("r", "running"),
    ];
    const asked: string[] = [];
    await page.route(/\/v1\/jobs/, async (route) => {
      const request = route.request();
      const { pathname, search } = new URL(request.url());
      if (request.method() === "GET") {
        await route.fulfill({ json: { jobs } });
        return;
      }
      asked.push(`${request.method()} ${pathname}${search}`);
      await route.fulfill({ json: jobs.find((each) => pathname.includes((each as { job_id: string }).job_id)) });
    });
    await visitor.signIn(annName);
    await visitor.go("Jobs");
    const cards = page.getByRole("list", { name: "Jobs" }).getByRole("article");
    const failed = cards.filter({ hasText: "Failed" });
    await failed.getByText(error.error).waitFor();
    await visitor.expectAccessible();
    await failed.getByRole("button", { name: "Retry" }).click();
    await failed.getByRole("button", { name: "Give up" }).click();
    const paused = cards.filter({ hasText: "Paused" });
    await paused.getByRole("button", { name: "Resume" }).click();
    const running = cards.filter({ hasText: "Running" });
    await running.getByRole("button", { name: "Pause" }).click();
    const last = page.waitForResponse((response) => response.url().endsWith("/v1/jobs/r"));
    await running.getByRole("button", { name: "Cancel" }).click();
    await last;
    await running.getByRole("button", { name: "What happened" }).click();
    await running.getByText(ann.userId).waitFor();
    expect(asked).to.have.members([
      "POST /v1/jobs/f/retry",
      "DELETE /v1/jobs/f",
      "POST /v1/jobs/p/retry",
      "DELETE /v1/jobs/r?keep=true",
      "DELETE /v1/jobs/r",
    ]);
    await visitor.leave();
  });

  it("shows the audit log, narrowed, and saves it as CSV and NDJSON", async () => {
    const visitor = await asAdmin("Audit log");
    const { page } = visitor;
    const rows = page.getByRole("list", { name: "Audit log" }).getByRole("listitem");
    await rows.filter({ hasText: "Room made" }).waitFor();
    await page.getByLabel("Action").selectOption({ label: "Export" });
    await rows.filter({ hasText: "Room made" }).waitFor({ state: "detached" });
    expect(await rows.filter({ hasText: ann.userId }).count()).to.equal(2);
    await page.getByLabel("Outcome").selectOption({ label: "Done" });
    await rows.filter({ hasText: "Granted" }).waitFor({ state: "detached" });
    await page.getByLabel("Who").fill(ann.userId);
    await page.getByRole("textbox", { name: "Room", exact: true }).fill(room);
    await visitor.expectAccessible();
    const csv = (await saved(page, "Save as CSV")).trim().split(/\r?\n/);
    expect(csv[0]).to.match(/^position,at,action,outcome,/);
    expect(csv.slice(1).map((line) => line.split(",").slice(2, 4))).to.deep.equal([["export", "done"]]);
    const lines = (await saved(page, "Save as NDJSON")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).to.have.length(1);
    const log = page.getByRole("region", { name: "Audit log" });
    await log.getByLabel("To, inclusive").fill("2001-01-01");
    await page.getByText("No row matches.").waitFor();
    await log.getByLabel("From", { exact: true }).fill("2002-01-01");
    await page.getByText("The first day is after the last.").waitFor();
    await visitor.leave();
  });

  it("shows for whom how much is kept, the keys, and what the homeserver can do", async () => {
    const visitor = await asAdmin("Storage");
    const { page } = visitor;
    await page.getByRole("list", { name: "Storage" }).getByText(ann.userId).waitFor();
    await visitor.expectAccessible();
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByRole("article").getByText("In use").waitFor();
    await visitor.expectAccessible();
    await page.getByRole("link", { name: "Homeserver" }).click();
    await page.getByText(/^Synapse \d/).waitFor();
    await page.getByText("Not configured (homeserver.admin_token).").waitFor();
    const checks = page.getByRole("region", { name: "Is everything there?" }).getByRole("listitem");
    expect(await checks.allTextContents()).to.have.length(6);
    expect(await checks.filter({ has: page.getByText("No", { exact: true }) }).count()).to.equal(0);
    const facts = page.getByRole("region", { name: "localhost" });
    await facts.getByText("With their date").waitFor();
    await visitor.expectAccessible();
    const probed = page.waitForResponse((response) => response.url().endsWith("/v1/homeserver/check"));
    await page.getByRole("button", { name: "Probe again" }).click();
    expect((await probed).status()).to.equal(200);
    await page.getByRole("button", { name: "Probe again" }).waitFor();
    await facts.getByText("With their date").waitFor();
    await visitor.leave();
  });

  it("plots the metrics, and keeps what it has read", async () => {
    const visitor = await asAdmin("Metrics");
    const { page } = visitor;
    await page.clock.install();
    const plot = page.getByRole("figure", { name: "Memory" });
    await plot.getByText(/Resident \d+ MB/).waitFor();
    await page.getByRole("figure", { name: "Processor" }).getByText("This process –").waitFor();
    const read = page.waitForResponse((response) => response.url().endsWith("/v1/metrics"));
    await page.clock.runFor(6000);
    await read;
    await page
      .getByRole("figure", { name: "Processor" })
      .getByText(/This process [\d.]+ %/)
      .waitFor();
    await visitor.expectAccessible();
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByRole("link", { name: "Metrics" }).click();
    await page
      .getByRole("figure", { name: "Processor" })
      .getByText(/This process/)
      .waitFor();
    expect(await plot.locator("polyline").first().getAttribute("points")).to.match(/^\S+ \S+/);
    await visitor.leave();
  });

  async function asAdmin(section?: string): Promise<Visitor> {
    const visitor = await Visitor.open(service, synapse.url);
    await visitor.signIn(rootName);
    await visitor.go("Admin");
    await visitor.page.getByRole("heading", { name: "Administration" }).waitFor();
    if (section !== undefined) await visitor.page.getByRole("link", { name: section }).click();
    return visitor;
  }

  async function saved(page: Page, button: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return await readFile(await download.path(), "utf8");
  }

  async function post(path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await fetch(service.url + path, {
      method: "POST",
      headers: tokenOf(ann),
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.ok, path).to.equal(true);
    return (await answer.json()) as Record<string, unknown>;
  }
});

function tokenOf({ token }: MatrixClient): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
