/** What is needed when the person comes back from the homeserver's sign-in. It outlives the redirect in this tab, and no longer. */
const BEGUN = "oauth-begun";

export interface OAuthBegun {
  /** of this attempt: nobody is signed in by a link that somebody else has made */
  state: string;
  /** PKCE (RFC 7636) */
  verifier: string;
  clientId: string;
}

export interface OAuthReturn {
  begun: OAuthBegun;
  /** `code` or `error` with `state` (RFC 6749, section 4.1.2) */
  answer: URLSearchParams;
}

/** What the address brought, taken out of it at once; undefined where this tab has asked for nothing. */
export function takeOAuthReturn(): OAuthReturn | undefined {
  const stored = sessionStorage.getItem(BEGUN);
  sessionStorage.removeItem(BEGUN);
  const { hash, search } = location;
  const answer = [hash, search]
    .map((part) => new URLSearchParams(part.slice(1)))
    .find((part) => part.has("state") && (part.has("code") || part.has("error")));
  if (answer === undefined) return undefined;
  history.replaceState(null, "", location.pathname);
  return stored === null ? undefined : { begun: JSON.parse(stored) as OAuthBegun, answer };
}

export function keepOAuthBegun(begun: OAuthBegun): void {
  sessionStorage.setItem(BEGUN, JSON.stringify(begun));
}
