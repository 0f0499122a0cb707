import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { ApiError } from "./service/api-error.ts";
import { ask } from "./service/call.ts";
import { Homeserver } from "./service/homeserver.ts";
import { SERVICE } from "./service/shapes.ts";
import { SessionProvider, type Session } from "./session/session.ts";
import { SignIn, type Ending } from "./session/sign-in.tsx";
import { locale, onLanguage, t } from "./texts/texts.ts";
import { LanguageSelect } from "./ui/language-select.tsx";
import { lazyPage } from "./ui/lazy-page.tsx";
import { useHash } from "./ui/use-hash.ts";
import { useLoad } from "./ui/use-load.ts";

const LookAlone = lazy(() => import("./look/look-alone.tsx"));

const loadFrame = () => import("./frame.tsx");
const Frame = lazyPage(async () => (await loadFrame()).Frame);

const loadService = async () => {
  const info = await ask("/v1/service", SERVICE);
  return { info, homeserver: new Homeserver(info.homeserver.base_url) };
};

function Waiting(): ReactNode {
  return (
    <main className="alone">
      <p role="status">{t.loading}</p>
    </main>
  );
}

/** Signed in or not: that is the question of the whole page. */
export function App(): ReactNode {
  // everything below is shown anew in another language
  const spoken = useSyncExternalStore(onLanguage, () => locale);
  const { value: at, error, reload } = useLoad(loadService);
  const [session, setSession] = useState<Session | null>(null);
  const [ending, setEnding] = useState<Ending>();
  const isLooking = useHash() === "#/look";
  const end = useCallback(() => {
    setSession(null);
    setEnding("expired");
  }, []);
  // what comes behind the sign-in is on its way while somebody types
  useEffect(() => {
    if (at !== undefined) loadFrame().catch(() => undefined);
  }, [at]);
  const signOut = useCallback(() => {
    session?.signOut().catch((error: unknown) => {
      // one that is not good any more needs no end
      if (!(error instanceof ApiError && error.status === 401)) setEnding("not_logged_out");
    });
    setSession(null);
    setEnding(undefined);
  }, [session]);

  return (
    <I18nProvider locale={spoken}>
      {session === null && isLooking ? (
        <Suspense fallback={<Waiting />}>
          <LookAlone />
        </Suspense>
      ) : at === undefined ? (
        error === undefined ? (
          <Waiting />
        ) : (
          <main className="alone">
            <p role="alert">{t.noService}</p>
            <Button className="button" onPress={reload}>
              {t.tryAgain}
            </Button>
          </main>
        )
      ) : session === null ? (
        <SignIn {...at} ending={ending} onExpired={end} onSession={setSession} />
      ) : (
        <SessionProvider value={session}>
          <Suspense fallback={<Waiting />}>
            <Frame onSignOut={signOut} />
          </Suspense>
        </SessionProvider>
      )}
      <footer className="foot">
        <LanguageSelect />
      </footer>
    </I18nProvider>
  );
}
