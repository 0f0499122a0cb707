import type { Remote } from "comlink";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { locale, t } from "../texts/texts.ts";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { nodesOf } from "./conversation/build.ts";
import { ConversationView, type ConversationHandle } from "./conversation-view.tsx";
import { showLocalTimes } from "./conversation/times.ts";
import type { Hits, RoomLook } from "./reader/shapes.ts";
import type { Reader } from "./reader/worker.ts";
import { RoomTools } from "./room-tools.tsx";
import { SearchResults } from "./search-results.tsx";

interface Props {
  room: RoomLook;
  reader: Remote<Reader>;
  /** how much of it is read */
  percent: number;
  /** what is to be said of it, above the conversation */
  notice: ReactNode;
  /** what leads away from it */
  children: ReactNode;
}

/** A room as it was: its name, what is known of it, its conversation, and the ways about in it. */
export function RoomView({ room, reader, percent, notice, children }: Props): ReactNode {
  const conversation = useRef<ConversationHandle>(null);
  const overview = useRef<HTMLDivElement>(null);
  const [results, setResults] = useState<Hits | "searching" | undefined>();
  const [failure, setFailure] = useState<ReactNode>();
  const fail = useCallback((error: unknown) => setFailure(sentenceOf(error)), []);
  const picture = usePicture(room.picture, reader);

  useEffect(() => {
    const nodes = nodesOf(room.overview);
    showLocalTimes(nodes);
    overview.current?.replaceChildren(nodes);
  }, [room, locale]);
  const goTo = (item: number | undefined): void => {
    if (item !== undefined) void conversation.current?.goTo(item).catch(fail);
  };
  const search = (query: string): void => {
    setResults("searching");
    reader.search(query).then(setResults, (error: unknown) => {
      setResults(undefined);
      fail(error);
    });
  };

  return (
    <div className="stack">
      <header className="look-head">
        {picture !== undefined && <img src={picture} alt="" />}
        <div className="about">
          <h1>
            <bdi>{room.name ?? t.look.unnamed}</bdi>
          </h1>
          {room.topic !== null && room.topic !== "" && (
            <p className="soft">
              <bdi>{room.topic}</bdi>
            </p>
          )}
        </div>
        <div className="actions">{children}</div>
      </header>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {notice}
      <RoomTools days={room.days} onSearch={search} onDay={(day) => void reader.itemOfDay(day).then(goTo, fail)} />
      {results !== undefined && <SearchResults results={results} onItem={goTo} onClose={() => setResults(undefined)} />}
      <div
        className="reading"
        lang="en"
        ref={overview}
        onClick={(event) => {
          const [, item] = /^#m(\d+)$/.exec(hrefAt(event.target) ?? "") ?? [];
          if (item === undefined) return;
          event.preventDefault();
          goTo(Number(item));
        }}
      />
      {percent < 100 && (
        <p className="soft" role="status">
          {t.look.readingRest(percent)}
        </p>
      )}
      {room.parts === 0 ? (
        <p className="empty">{t.look.empty}</p>
      ) : (
        <ConversationView ref={conversation} parts={room.parts} reader={reader} onFailure={fail} />
      )}
    </div>
  );
}

function hrefAt(target: EventTarget): string | null | undefined {
  return target instanceof Element ? target.closest("a")?.getAttribute("href") : undefined;
}

/** The address of a picture of the bundle, as long as it is shown. */
function usePicture(sha256: string | undefined, reader: Remote<Reader>): string | undefined {
  const [address, setAddress] = useState<string | undefined>();
  useEffect(() => {
    if (sha256 === undefined) return undefined;
    let made: string | undefined;
    let isGone = false;
    const show = async (): Promise<void> => {
      const file = await reader.file(sha256);
      if (!isGone) setAddress((made = URL.createObjectURL(file)));
    };
    // without it the room is as readable
    show().catch(() => undefined);
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [sha256, reader]);
  return address;
}
