import { createContext, useContext } from "react";
import type { Homeserver } from "../service/homeserver.ts";
import type { Service } from "../service/service.ts";
import type { ServiceInfo } from "../service/shapes.ts";

/** Somebody is signed in. It lives in memory only: no storage, no cookie. */
export interface Session {
  userId: string;
  /** may see and do what admins of the service may */
  admin: boolean;
  service: Service;
  homeserver: Homeserver;
  info: ServiceInfo;
  /** inside a room: there is nothing but that room, and no other page to go to */
  widget?: true;
  /** what the page has signed in it signs out; a token that was pasted it only forgets */
  signOut: () => Promise<void>;
}

const Context = createContext<Session | null>(null);
export const SessionProvider = Context.Provider;

/** The session of whoever is signed in; null: nobody is. */
export function useSessionIfAny(): Session | null {
  return useContext(Context);
}

/** The same; only below SessionProvider. */
export function useSession(): Session {
  const session = useSessionIfAny();
  if (session === null) throw new Error("no session");
  return session;
}
