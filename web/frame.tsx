import { Suspense, useCallback, useEffect, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Link } from "react-aria-components/Link";
import icon from "./icon.svg";
import { JobsPage } from "./jobs/jobs-page.tsx";
import { JobsProvider, useJobs } from "./jobs/jobs.tsx";
import { RoomsProvider } from "./rooms/rooms.tsx";
import { RoomsPage } from "./rooms/rooms-page.tsx";
import { useSession } from "./session/session.ts";
import { t } from "./texts/texts.ts";
import { lazyPage } from "./ui/lazy-page.tsx";
import { Notice } from "./ui/notice.tsx";
import { useHash } from "./ui/use-hash.ts";

const PAGES = {
  rooms: RoomsPage,
  imports: lazyPage(async () => (await import("./imports/import-page.tsx")).ImportPage),
  look: lazyPage(async () => (await import("./look/look-page.tsx")).default),
  jobs: JobsPage,
  rules: lazyPage(async () => (await import("./rules/rules-page.tsx")).RulesPage),
  admin: lazyPage(async () => (await import("./administration/admin-page.tsx")).AdminPage),
} as const;
type PageName = keyof typeof PAGES;
const NAMES = Object.keys(PAGES) as PageName[];

/** Everything that somebody sees who is signed in: where they are, who they are, and the page below. */
export function Frame({ onSignOut }: { onSignOut: () => void }): ReactNode {
  const { userId, admin } = useSession();
  const names = NAMES.filter((name) => name !== "admin" || admin);
  const [wanted] = useHash().replace(/^#\/?/, "").split("/");
  const here = names.find((name) => name === wanted) ?? "rooms";
  // what somebody has chosen or dropped stays while they look at another page
  const [seen, setSeen] = useState<readonly PageName[]>([here]);
  if (!seen.includes(here)) setSeen([...seen, here]);
  const title = `${t.nav[here]} · ${t.title}`;
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = t.title;
    };
  }, [title]);
  const isHere = useCallback((name: PageName) => name === here, [here]);
  return (
    <RoomsProvider>
      <JobsProvider>
        <a className="skip" href="#main" onClick={(event) => focusMain(event)}>
          {t.skip}
        </a>
        <header className="top">
          <div className="inner">
            <span className="logo">
              <img src={icon} alt="" width="28" height="28" />
              {t.title}
            </span>
            <nav aria-label={t.nav.label}>
              {names.map((name) => (
                <Link key={name} href={`#/${name}`} {...(isHere(name) && { "aria-current": "page" as const })}>
                  {t.nav[name]}
                </Link>
              ))}
            </nav>
            <span className="who">
              <span className="user" title={t.account(userId)}>
                <bdi>{userId}</bdi>
              </span>
              <Button className="button quiet" onPress={onSignOut}>
                {t.signOut}
              </Button>
            </span>
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          <Away />
          {seen.map((name) => {
            const Page = PAGES[name];
            return (
              <div key={name} hidden={!isHere(name)}>
                <Suspense fallback={<p role="status">{t.loading}</p>}>
                  <Page />
                </Suspense>
              </div>
            );
          })}
        </main>
      </JobsProvider>
    </RoomsProvider>
  );
}

/** What is shown of jobs is old: that must not look as if nothing happened. */
function Away(): ReactNode {
  return useJobs().away ? <Notice kind="info">{t.away}</Notice> : null;
}

function focusMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
