import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Form } from "react-aria-components/Form";
import { Heading } from "react-aria-components/Heading";
import type { Homeserver, LoginWays, OAuthMetadata } from "../service/homeserver.ts";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";
import { beginSso } from "./link-login.ts";

interface Props {
  server: string;
  homeserver: Homeserver;
  ways: LoginWays;
  busy: boolean;
  onPassword: (user: string, password: string) => void;
  onToken: (token: string) => void;
  onOAuth: (metadata: OAuthMetadata) => void;
}

/** What the homeserver offers, and an access token for those who have one. */
export function SignInWays({ server, homeserver, ways, busy, onPassword, onToken, onOAuth }: Props): ReactNode {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [token, setToken] = useState("");
  return (
    <section className="stack">
      <h2>{t.signIn.heading}</h2>
      <p className="soft">{ways.oauth === null ? t.signIn.lead(server) : t.oauth.lead(server)}</p>
      {ways.oauth !== null && <OAuthButton {...{ server, busy, onOAuth }} metadata={ways.oauth} />}
      {ways.password && (
        <Form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            onPassword(user.trim(), password);
          }}
        >
          <Field
            label={t.signIn.user}
            name="username"
            autoComplete="username"
            placeholder={`@ann:${server}`}
            value={user}
            onChange={setUser}
          />
          <Field
            label={t.signIn.password}
            name="password"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
          <Button className="button primary" type="submit" isDisabled={busy || user.trim() === "" || password === ""}>
            {busy ? t.signIn.busy : t.signIn.submit}
          </Button>
        </Form>
      )}
      {ways.password && ways.sso.length > 0 && <p className="or">{t.signIn.or}</p>}
      {ways.sso.map(({ id, name }) => (
        <Button
          key={id}
          className={ways.password ? "button" : "button primary"}
          isDisabled={busy}
          onPress={() => beginSso(homeserver.ssoAddress(location.origin + location.pathname, id))}
        >
          {name === null ? t.signIn.sso : t.signIn.ssoWith(name)}
        </Button>
      ))}
      <Disclosure className="disclosure">
        <Heading level={3}>
          <Button slot="trigger" className="link">
            {t.signIn.tokenToggle}
          </Button>
        </Heading>
        <DisclosurePanel>
          <Form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              onToken(token.trim());
            }}
          >
            <Field
              label={t.signIn.token}
              hint={t.signIn.tokenHint}
              type="password"
              autoComplete="off"
              value={token}
              onChange={setToken}
            />
            <Button className="button" type="submit" isDisabled={busy || token.trim() === ""}>
              {t.signIn.tokenSubmit}
            </Button>
          </Form>
        </DisclosurePanel>
      </Disclosure>
    </section>
  );
}

interface OAuthButtonProps extends Pick<Props, "server" | "busy" | "onOAuth"> {
  metadata: OAuthMetadata;
}

function OAuthButton({ server, busy, metadata, onOAuth }: OAuthButtonProps): ReactNode {
  return (
    <Button className="button primary" isDisabled={busy} onPress={() => onOAuth(metadata)}>
      {busy ? t.signIn.busy : t.oauth.submit(server)}
    </Button>
  );
}
