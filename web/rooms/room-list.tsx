import { useMemo, type ReactNode } from "react";
import { CheckboxButton, CheckboxField, GridList, GridListItem, type Selection } from "react-aria-components";
import type { Room } from "../service/shapes.ts";
import { ago } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { TickBox } from "../ui/check.tsx";
import { Avatar } from "./avatar.tsx";
import { roomName } from "./rooms.tsx";

interface Props {
  rooms: readonly Room[];
  query: string;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
}

/** The rooms that match, to be chosen from; those that are chosen stay so while they do not match. */
export function RoomList({ rooms, query, selected, onSelect }: Props): ReactNode {
  const shown = useMemo(() => rooms.filter((room) => matches(room, query)), [rooms, query]);
  const select = (keys: Selection): void => {
    const visible = new Set(shown.map(({ room_id }) => room_id));
    const hidden = [...selected].filter((id) => !visible.has(id));
    onSelect(new Set([...hidden, ...(keys === "all" ? visible : [...keys].map(String))]));
  };
  return (
    <GridList
      aria-label={t.rooms.list}
      className="room-list"
      selectionMode="multiple"
      selectionBehavior="toggle"
      selectedKeys={selected}
      onSelectionChange={select}
      items={shown}
      dependencies={[query]}
      renderEmptyState={() => (query === "" ? t.rooms.none : t.rooms.noMatch(query))}
    >
      {(room) => (
        <GridListItem id={room.room_id} textValue={roomName(room)} className="room">
          <CheckboxField slot="selection">
            <CheckboxButton className="check">
              <TickBox />
            </CheckboxButton>
          </CheckboxField>
          <Avatar id={room.room_id} name={roomName(room)} uri={room.avatar_url} />
          <span className="about">
            <bdi className="name">{roomName(room)}</bdi>
            <span className="soft">{aboutRoom(room)}</span>
          </span>
        </GridListItem>
      )}
    </GridList>
  );
}

function matches(room: Room, query: string): boolean {
  const words = query.toLocaleLowerCase().split(/\s+/);
  const text = [roomName(room), room.alias ?? "", room.room_id].join(" ").toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function aboutRoom({ members, last_event_at: last, encrypted, type }: Room): string {
  return [
    type === "m.space" ? t.rooms.space : "",
    members === null ? "" : t.rooms.members(members),
    last === null ? "" : t.rooms.active(ago(last)),
    encrypted ? t.rooms.encrypted : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
