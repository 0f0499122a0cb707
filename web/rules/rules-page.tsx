import { useCallback, useState, type ReactNode } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { Loading } from "../ui/loading.tsx";
import { useLoad } from "../ui/use-load.ts";
import { NewRoom } from "./new-room.tsx";
import { MadeRoomCard } from "./made-room-card.tsx";
import { listMadeRooms, showRules, type MadeRoom } from "./rules-api.ts";

/** Rooms that the service makes and guards: those that one may know of, and new ones. */
export function RulesPage(): ReactNode {
  const { service } = useSession();
  const rooms = useLoad(useCallback(() => listMadeRooms(service), [service]));
  const rules = useLoad(useCallback(() => showRules(service), [service]));
  const [query, setQuery] = useState("");
  return (
    <>
      <div className="heading">
        <h1>{t.rules.heading}</h1>
        <p>{t.rules.lead}</p>
      </div>
      <div className="columns">
        <section className="stack" aria-label={t.rules.list}>
          <Loading of={rooms}>
            {(all) => (
              <>
                {all.length > 3 && (
                  <SearchField className="field" value={query} onChange={setQuery}>
                    <Label className="hidden">{t.rules.search}</Label>
                    <Input dir="auto" placeholder={t.rules.search} />
                  </SearchField>
                )}
                <RoomCards rooms={all.filter((room) => matches(room, query))} query={query} onChange={rooms.reload} />
              </>
            )}
          </Loading>
        </section>
        <div className="side">
          <Loading of={rules}>{(may) => <NewRoom rules={may} onMade={rooms.reload} />}</Loading>
        </div>
      </div>
    </>
  );
}

interface CardsProps {
  rooms: readonly MadeRoom[];
  query: string;
  onChange: () => void;
}

function RoomCards({ rooms, query, onChange }: CardsProps): ReactNode {
  if (rooms.length === 0) return <p className="card empty">{query === "" ? t.rules.none : t.rooms.noMatch(query)}</p>;
  return rooms
    .toSorted((a, b) => b.created_at - a.created_at)
    .map((room) => <MadeRoomCard key={room.room_id} room={room} onChange={onChange} />);
}

function matches({ name, owner, room_id: roomId }: MadeRoom, query: string): boolean {
  const text = [name ?? "", owner, roomId].join(" ").toLocaleLowerCase();
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
