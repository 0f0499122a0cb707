import { lazy, Suspense, useCallback, useState, useSyncExternalStore, type ReactNode } from "react";
import { Button, I18nProvider } from "react-aria-components";
import { Frame } from "./frame.tsx";
import { ask } from "./service/call.ts";
import { Homeserver } from "./service/homeserver.ts";
import { SERVICE } from "./service/shapes.ts";
import { SessionProvider, type Session } from "./session/session.ts";
import { SignIn } from "./session/sign-in.tsx";
import { locale, onLanguage, t } from "./texts/texts.ts";
import { LanguageSelect } from "./ui/language-select.tsx";
import { useHash } from "./ui/use-hash.ts";
import { useLoad } from "./ui/use-load.ts";

const LookAlone = lazy(() => import("./look/look-alone.tsx"));

const loadService = async () => {
  const info = await ask("/v1/service", SERVICE);
  return { info, homeserver: new Homeserver(info.homeserver.base_url) };
};

/** Signed in or not: that is the question of the whole page. */
export function App(): ReactNode {
  // everything below is shown anew in another language
  const spoken = useSyncExternalStore(onLanguage, () => locale);
  const { value: at, error, reload } = useLoad(loadService);
  const [session, setSession] = useState<Session | null>(null);
  const [expired, setExpired] = useState(false);
  const isLooking = useHash() === "#/look";
  const end = useCallback(() => {
    setSession(null);
    setExpired(true);
  }, []);
  const signOut = useCallback(() => {
    void session?.signOut().catch(() => undefined);
    setSession(null);
    setExpired(false);
  }, [session]);

  return (
    <I18nProvider locale={spoken}>
      {session === null && isLooking ? (
        <Suspense fallback={<p role="status">{t.loading}</p>}>
          <LookAlone />
        </Suspense>
      ) : at === undefined ? (
        <main className="alone">
          {error === undefined ? (
            <p role="status">{t.loading}</p>
          ) : (
            <>
              <p role="alert">{t.noService}</p>
              <Button className="button" onPress={reload}>
                {t.tryAgain}
              </Button>
            </>
          )}
        </main>
      ) : session === null ? (
        <SignIn {...at} expired={expired} onExpired={end} onSession={setSession} />
      ) : (
        <SessionProvider value={session}>
          <Frame onSignOut={signOut} />
        </SessionProvider>
      )}
      <footer className="foot">
        <LanguageSelect />
      </footer>
    </I18nProvider>
  );
}
