import { useCallback, useMemo, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { JobsProvider } from "../jobs/jobs.tsx";
import { RoomsProvider } from "../rooms/rooms.tsx";
import type { Room } from "../service/shapes.ts";
import { SessionProvider } from "../session/session.ts";
import { locale, t } from "../texts/texts.ts";
import { Loading } from "../ui/loading.tsx";
import { useLoad } from "../ui/use-load.ts";
import { RoomExport } from "./room-export.tsx";
import { beginWidgetSession } from "./widget-session.ts";

/** The page inside a room: its export, and what the person has exported of it. */
export default function Widget(): ReactNode {
  const begun = useLoad(beginWidgetSession);
  return (
    <I18nProvider locale={locale}>
      <main className="widget">
        <div className="heading">
          <h1>{t.widget.heading}</h1>
          <p>{t.widget.lead}</p>
        </div>
        <Loading of={begun} meanwhile={t.widget.asking}>
          {({ session, roomId }) => (
            <SessionProvider value={session}>
              <OneRoom roomId={roomId}>
                <JobsProvider>
                  <RoomExport roomId={roomId} />
                </JobsProvider>
              </OneRoom>
            </SessionProvider>
          )}
        </Loading>
      </main>
    </I18nProvider>
  );
}

/** The only room that there is in a widget. Its session cannot list others, and no one has to be told what this one is called. */
function OneRoom({ roomId, children }: { roomId: string; children: ReactNode }): ReactNode {
  const room = useMemo(
    (): Room => ({
      room_id: roomId,
      name: t.widget.thisRoom,
      alias: null,
      type: null,
      members: null,
      encrypted: false,
      heroes: [],
      children: [],
      avatar_url: null,
      last_event_at: null,
    }),
    [roomId],
  );
  const load = useCallback(() => Promise.resolve([room]), [room]);
  return <RoomsProvider load={load}>{children}</RoomsProvider>;
}
