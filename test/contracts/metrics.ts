import { expect } from "chai";
import type { HomeserverMeter, JobMeter, MetricsPage } from "../../src/ports/metrics.ts";

/** What every set of meters does: it takes what is told, and its page says so. */
export function metricsContract(make: () => { homeserver: HomeserverMeter; jobs: JobMeter; page: MetricsPage }): void {
  it("takes whatever meters are told, and shows it on a page", async () => {
    const { homeserver, jobs, page } = make();
    const empty = await page.text();
    homeserver.called({ method: "GET", endpoint: "/x", status: 0, seconds: 0.1 });
    for (const reason of ["rate_limited", "server_error", "away", "no_answer"] as const) homeserver.repeated(reason);
    for (const direction of ["down", "up"] as const) homeserver.media(direction, 1);
    for (const kind of ["export", "import", "gdpr_export"] as const) {
      jobs.held(kind, 1);
      jobs.events(kind, 1);
      for (const outcome of ["succeeded", "failed", "cancelled"] as const) jobs.ended(kind, outcome);
    }
    for (const direction of ["read", "written"] as const) jobs.bundle(direction, 1);
    expect(page.contentType).to.match(/^text\/plain/);
    expect(await page.text()).not.to.equal(empty);
  });
}
