import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { day, number } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import type { CollectionLook } from "./reader/shapes.ts";

interface Props {
  collection: CollectionLook;
  /** @param index in the collection */
  onRoom: (index: number, name: string) => void;
  onOther: () => void;
}

/** The rooms of a collection, to open one. */
export function CollectionRooms({ collection, onRoom, onOther }: Props): ReactNode {
  const [query, setQuery] = useState("");
  const sought = query.trim().toLocaleLowerCase();
  const rooms = collection.rooms
    .map((room, index) => ({ ...room, index, shownName: room.name ?? t.look.unnamed }))
    .filter(({ shownName, roomId }) => `${shownName} ${roomId}`.toLocaleLowerCase().includes(sought));
  return (
    <section className="card stack" aria-labelledby="collection-name">
      <header>
        <h2 id="collection-name">{t.look.collection(collection.serverName, day(collection.exportedAt))}</h2>
        <p className="soft" role="status">
          {rooms.length === 0 ? t.look.noRooms : t.look.rooms(rooms.length, number(rooms.length))}
        </p>
      </header>
      <SearchField className="field" value={query} onChange={setQuery}>
        <Label className="hidden">{t.look.findRoom}</Label>
        <Input dir="auto" placeholder={t.look.findRoom} />
      </SearchField>
      <ul className="collected">
        {rooms.map(({ index, shownName, roomId, events, mediaFiles, complete }) => (
          <li key={index}>
            <Button className="collected-room" onPress={() => onRoom(index, shownName)}>
              <bdi className="title">{shownName}</bdi>
              <span className="soft" title={roomId}>
                {[
                  t.look.events(events, number(events)),
                  ...(mediaFiles > 0 ? [t.look.files(mediaFiles, number(mediaFiles))] : []),
                  ...(complete ? [] : [t.look.partOnly]),
                ].join(" · ")}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {collection.missing > 0 && <p className="soft">{t.look.missing(collection.missing)}</p>}
      <div className="actions">
        <Button className="button" onPress={onOther}>
          {t.look.other}
        </Button>
      </div>
    </section>
  );
}
