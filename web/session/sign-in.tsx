import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import icon from "../icon.svg";
import type { Homeserver, Login, OAuthMetadata } from "../service/homeserver.ts";
import type { ServiceInfo } from "../service/shapes.ts";
import { t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { useLoad } from "../ui/use-load.ts";
import { takeLinkLogin } from "./link-login.ts";
import { takeOAuthReturn, type OAuthReturn } from "./oauth-return.ts";
import type { Session } from "./session.ts";
import { signInFailure, startSession, type Credentials } from "./start-session.ts";
import { SignInWays } from "./sign-in-ways.tsx";

/** How the last session has ended, where there is something to say about it. */
export type Ending = "expired" | "not_logged_out";

interface Props {
  info: ServiceInfo;
  homeserver: Homeserver;
  ending: Ending | undefined;
  onExpired: () => void;
  onSession: (session: Session) => void;
}

/** Taken once, when the page is opened: it must not stay in the address. */
const link = takeLinkLogin();
let linkUsed = false;
const back = takeOAuthReturn();
let backUsed = false;

/** Who is there? */
export function SignIn({ info, homeserver, ending, onExpired, onSession }: Props): ReactNode {
  const server = info.homeserver.server_name;
  const ways = useLoad(useCallback(() => homeserver.loginWays(), [homeserver]));
  const [error, setError] = useState<ReactNode>();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(link !== undefined && !linkUsed);

  const enter = useCallback(
    async (credentials: () => Promise<Credentials>): Promise<void> => {
      setBusy(true);
      setError(undefined);
      try {
        onSession(await startSession(await credentials(), homeserver, info, onExpired));
      } catch (failure) {
        setError(signInFailure(failure, server));
        setBusy(false);
      }
    },
    [homeserver, info, onExpired, onSession, server],
  );
  const login = useCallback(
    (how: () => Promise<Login>) =>
      enter(async () => {
        const { access_token: value } = await how();
        return { token: { value }, signOut: () => homeserver.logout(value) };
      }),
    [enter, homeserver],
  );
  const continueOAuth = useCallback(
    (metadata: OAuthMetadata, back: OAuthReturn) =>
      enter(async () => {
        const token = await (await import("./oauth.ts")).finishOAuth(back, metadata);
        return { token, signOut: () => token.revoke() };
      }),
    [enter],
  );
  const leave = async (metadata: OAuthMetadata): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await (await import("./oauth.ts")).beginOAuth(metadata);
    } catch (failure) {
      setError(signInFailure(failure, server));
      setBusy(false);
    }
  };
  const followLink = useCallback(() => {
    if (link === undefined || linkUsed) return;
    linkUsed = true;
    setAsking(false);
    void login(() => homeserver.tokenLogin(link.token));
  }, [homeserver, login]);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    if (link?.asked === true) followLink();
  }, [followLink]);
  const metadata = ways.value?.oauth;
  useEffect(() => {
    if (metadata === undefined || metadata === null || back === undefined || backUsed) return;
    backUsed = true;
    void continueOAuth(metadata, back);
  }, [metadata, continueOAuth]);

  return (
    <main className="sign-in">
      <div className="card">
        <header className="brand">
          <img src={icon} alt="" width="40" height="40" />
          <div>
            <h1>{t.title}</h1>
            <p>{t.tagline}</p>
          </div>
        </header>
        {ending !== undefined && error === undefined && (
          <Notice kind={ending === "expired" ? "info" : "error"}>
            {ending === "expired" ? t.signIn.expired : t.signIn.notLoggedOut(server)}
          </Notice>
        )}
        {error !== undefined && <Notice kind="error">{error}</Notice>}
        {asking && link?.asked === false ? (
          <section className="stack">
            <h2>{t.signIn.linkHeading}</h2>
            <p>{t.signIn.linkLead}</p>
            <Button className="button primary" onPress={followLink}>
              {t.signIn.linkSubmit}
            </Button>
            <Button
              className="button quiet"
              onPress={() => {
                linkUsed = true;
                setAsking(false);
              }}
            >
              {t.signIn.linkCancel}
            </Button>
          </section>
        ) : ways.error !== undefined ? (
          <section className="stack">
            <Notice kind="error">{signInFailure(ways.error, info.homeserver.base_url)}</Notice>
            <Button className="button" onPress={ways.reload}>
              {t.tryAgain}
            </Button>
          </section>
        ) : ways.value === undefined ? (
          <p role="status">{t.loading}</p>
        ) : (
          <SignInWays
            server={server}
            homeserver={homeserver}
            ways={ways.value}
            busy={busy}
            onPassword={(user, password) => void login(() => homeserver.passwordLogin(user, password))}
            onToken={(token) =>
              void enter(() => Promise.resolve({ token: { value: token }, signOut: () => Promise.resolve() }))
            }
            onOAuth={(metadata) => void leave(metadata)}
          />
        )}
        <a className="aside" href="#/look">
          {t.look.link}
        </a>
      </div>
    </main>
  );
}
