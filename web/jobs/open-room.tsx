import type { ReactNode } from "react";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";

/** Ways into a room: any client by matrix.to, or Element on this device. Nobody is asked before somebody follows a link. */
export function OpenRoom({ roomId }: { roomId: string }): ReactNode {
  const { info } = useSession();
  const via = `?via=${encodeURIComponent(info.homeserver.server_name)}`;
  return (
    <>
      <a
        className="button primary"
        href={`https://matrix.to/#/${encodeURIComponent(roomId)}${via}`}
        target="_blank"
        rel="noreferrer"
      >
        {t.jobs.open}
      </a>
      <a
        className="button"
        href={`element://vector/webapp/#/room/${encodeURIComponent(roomId)}${via}`}
        rel="noreferrer"
      >
        {t.jobs.openElement}
      </a>
    </>
  );
}
