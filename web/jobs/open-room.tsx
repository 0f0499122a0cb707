import type { ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";

/**
 * Ways into a room: any client by matrix.to, or Element on this device. Nobody is asked before somebody follows a link.
 * @param aside it is not what one comes for: the first way alone, and not as the main button
 */
export function OpenRoom({ roomId, aside = false }: { roomId: string; aside?: boolean }): ReactNode {
  const { info } = useSession();
  const via = `?via=${encodeURIComponent(info.homeserver.server_name)}`;
  return (
    <>
      <a
        className={aside ? "button" : "button primary"}
        href={`https://matrix.to/#/${encodeURIComponent(roomId)}${via}`}
        target="_blank"
        rel="noreferrer"
      >
        {t.jobs.open}
      </a>
      {!aside && (
        <a
          className="button"
          href={`element://vector/webapp/#/room/${encodeURIComponent(roomId)}${via}`}
          rel="noreferrer"
        >
          {t.jobs.openElement}
        </a>
      )}
    </>
  );
}
