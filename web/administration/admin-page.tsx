import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "react-aria-components/Link";
import { t } from "../texts/texts.ts";
import { useHash } from "../ui/use-hash.ts";
import { AllJobs } from "./all-jobs.tsx";
import { AuditLog } from "./audit-log.tsx";
import { HomeserverFacts } from "./homeserver-facts.tsx";
import { Keys } from "./keys.tsx";
import { useMetrics } from "./metrics/use-metrics.ts";
import { MetricsPlots } from "./metrics/metrics-plots.tsx";
import { Storage } from "./storage.tsx";

const SECTIONS = ["jobs", "audit", "storage", "keys", "homeserver", "metrics"] as const;
type Section = (typeof SECTIONS)[number];

/** For admins of the service: what goes on, who did what, and how the service is. */
export function AdminPage(): ReactNode {
  const [page, wanted] = useHash().replace(/^#\/?/, "").split("/");
  const here = SECTIONS.find((name) => name === wanted) ?? "jobs";
  // only while they are looked at; the points that were read stay
  const metrics = useMetrics(page === "admin" && here === "metrics");
  const pages: Record<Section, () => ReactNode> = {
    jobs: () => <AllJobs />,
    audit: () => <AuditLog />,
    storage: () => <Storage />,
    keys: () => <Keys />,
    homeserver: () => <HomeserverFacts />,
    metrics: () => <MetricsPlots {...metrics} />,
  };
  const sections = useRef<HTMLElement>(null);
  // on a phone they are wider than the window
  useEffect(() => {
    const [around, current] = [sections.current, sections.current?.querySelector<HTMLElement>("[aria-current]")];
    if (around && current)
      around.scrollLeft = current.offsetLeft - around.offsetLeft - (around.clientWidth - current.offsetWidth) / 2;
  }, [page, here]);
  return (
    <>
      <div className="heading">
        <h1>{t.admin.heading}</h1>
        <p>{t.admin.lead}</p>
      </div>
      <nav className="sections" ref={sections} aria-label={t.admin.sections}>
        {SECTIONS.map((name) => (
          <Link key={name} href={`#/admin/${name}`} {...(name === here && { "aria-current": "page" as const })}>
            {t.admin.section[name]}
          </Link>
        ))}
      </nav>
      <section aria-label={t.admin.section[here]}>{pages[here]()}</section>
    </>
  );
}
