import { useEffect, useState, type ReactNode } from "react";
import { useSession } from "../session/session.ts";

/** The picture of a room, or its first letter. @param id gives the letter its colour */
export function Avatar({ id, name, uri }: { id: string; name: string; uri: string | null }): ReactNode {
  const { homeserver, service } = useSession();
  const [address, setAddress] = useState<string | undefined>();
  useEffect(() => {
    if (uri === null) return undefined;
    const leaving = new AbortController();
    let made: string | undefined;
    homeserver.thumbnail(uri, service.token, leaving.signal).then(
      (picture) => {
        if (leaving.signal.aborted) return;
        made = URL.createObjectURL(picture);
        setAddress(made);
      },
      () => undefined,
    );
    return () => {
      leaving.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
      setAddress(undefined);
    };
  }, [uri, homeserver, service]);
  return (
    <span className={`avatar c${String(colourOf(id))}`} aria-hidden="true">
      {address === undefined ? letterOf(name) : <img src={address} alt="" onError={() => setAddress(undefined)} />}
    </span>
  );
}

function letterOf(name: string): string {
  return (
    Array.from(name.replace(/^[#@!]/, ""))
      .at(0)
      ?.toUpperCase() ?? "?"
  );
}

/** One of twelve, always the same for an id. */
function colourOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 12;
}
