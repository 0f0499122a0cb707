import type { ReactNode } from "react";
import { ApiError, PageError } from "../service/api-error.ts";
import type { Homeserver } from "../service/homeserver.ts";
import type { AccessToken } from "../service/token.ts";
import { Service } from "../service/service.ts";
import type { ServiceInfo } from "../service/shapes.ts";
import { t } from "../texts/texts.ts";
import { sentenceOf, withSentence } from "../ui/sentence.tsx";
import type { Session } from "./session.ts";

export interface Credentials {
  token: AccessToken;
  signOut: () => Promise<void>;
}

/** @throws Error with a sentence for people, where this token cannot use the service */
export async function startSession(
  { token, signOut }: Credentials,
  homeserver: Homeserver,
  info: ServiceInfo,
  expired: () => void,
): Promise<Session> {
  const holder = await holderOf(token).catch(async (error: unknown) => {
    await signOut().catch(() => undefined);
    throw error;
  });
  return { ...holder, service: new Service(token, expired), homeserver, info, signOut };
}

async function holderOf(token: AccessToken): Promise<Pick<Session, "userId" | "admin">> {
  const { user_id: userId, permission } = await new Service(token, () => undefined).whoami();
  if (userId === null) throw new PageError(t.signIn.adminToken);
  if (permission === "none") throw new PageError(t.signIn.noAccess(userId));
  return { userId, admin: permission === "admin" };
}

/** What to tell of a failed sign-in. */
export function signInFailure(error: unknown, server: string): ReactNode {
  if (!(error instanceof ApiError)) return sentenceOf(error);
  if (error.status === 0) return t.signIn.unreachable(server);
  if (error.errcode === "M_FORBIDDEN") return t.signIn.wrongPassword;
  return withSentence(t.signIn.failed, error);
}
