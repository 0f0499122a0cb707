/** Set while single sign-on that this tab began is away at the homeserver; it holds no secret. */
const BEGUN = "sso-begun";

/** What `?loginToken=` of the address brought, taken out of the address and the history at once. */
export interface LinkLogin {
  token: string;
  /** this tab asked for it; else a link of somebody did, who must be trusted first */
  asked: boolean;
}

export function takeLinkLogin(): LinkLogin | undefined {
  const address = new URL(location.href);
  const token = address.searchParams.get("loginToken");
  const asked = sessionStorage.getItem(BEGUN) !== null;
  sessionStorage.removeItem(BEGUN);
  if (token === null) return undefined;
  address.searchParams.delete("loginToken");
  history.replaceState(null, "", address);
  return { token, asked };
}

/** Leaves for the homeserver's sign-in. */
export function beginSso(address: string): void {
  sessionStorage.setItem(BEGUN, "1");
  location.assign(address);
}
