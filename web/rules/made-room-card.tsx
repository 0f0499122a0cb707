import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Heading } from "react-aria-components/Heading";
import { OpenRoom } from "../jobs/open-room.tsx";
import { Avatar } from "../rooms/avatar.tsx";
import { useRoomName } from "../rooms/rooms.tsx";
import { useSession } from "../session/session.ts";
import { dayAndTime } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { Facts } from "../ui/facts.tsx";
import { CloseRoom } from "./close-room.tsx";
import { RoomPeople } from "./room-people.tsx";
import type { MadeRoom } from "./rules-api.ts";

/** One room that the service made: its rules, its people, and what may be done about it. */
export function MadeRoomCard({ room, onChange }: { room: MadeRoom; onChange: () => void }): ReactNode {
  const { userId, admin } = useSession();
  const [open, setOpen] = useState(false);
  const name = madeRoomName(room);
  const looksAfter = admin || room.owner === userId;
  return (
    <article className="card job" aria-label={name}>
      <header>
        <div className="room-head">
          <Avatar id={room.room_id} name={name} uri={null} />
          <div>
            <h2>
              <bdi>{name}</bdi>
            </h2>
            <p className="soft">
              {t.rules.made(dayAndTime(room.created_at))} <bdi>{room.owner === userId ? t.rules.you : room.owner}</bdi>
            </p>
          </div>
        </div>
        <span className="badges">
          {kindsOf(room).map((kind) => (
            <span key={kind} className="state">
              {kind}
            </span>
          ))}
        </span>
      </header>
      <div className="actions">
        <OpenRoom roomId={room.room_id} aside />
        {looksAfter && <CloseRoom room={room} name={name} onClosed={onChange} />}
      </div>
      <Disclosure className="disclosure" isExpanded={open} onExpandedChange={setOpen}>
        <Heading level={3}>
          <Button slot="trigger" className="link">
            {t.rules.details}
          </Button>
        </Heading>
        <DisclosurePanel>{open && <RoomDetails room={room} looksAfter={looksAfter} />}</DisclosurePanel>
      </Disclosure>
    </article>
  );
}

function RoomDetails({ room, looksAfter }: { room: MadeRoom; looksAfter: boolean }): ReactNode {
  const nameOf = useRoomName();
  const facts: [string, ReactNode][] = [
    [t.rules.who, t.rules.visibilities[room.visibility]],
    ...(room.read_role_slugs.length > 0
      ? [[t.rules.roles, room.read_role_slugs.join(", ")] as [string, ReactNode]]
      : []),
    [t.rules.exports, room.scope_kind === "incognito" ? t.rules.never : t.rules.allowed],
    [t.rules.indexed, room.do_not_index ? t.rules.notIndexed : t.rules.isIndexed],
    [t.rules.ends, room.auto_close_on_leave ? t.rules.autoClose : t.rules.staysOpen],
    ...(room.parent === null
      ? []
      : [[t.rules.space, <bdi key="space">{nameOf(room.parent)}</bdi>] as [string, ReactNode]]),
    [t.rules.id, <code key="id">{room.room_id}</code>],
  ];
  return (
    <div className="stack">
      <Facts facts={facts} />
      <RoomPeople room={room} looksAfter={looksAfter} />
    </div>
  );
}

function kindsOf({ scope_kind: scope, visibility }: MadeRoom): string[] {
  return [...(scope === "incognito" ? [t.rules.incognito] : []), t.rules.kinds[visibility]];
}

/** Its name, or its id. */
function madeRoomName({ name, room_id: roomId }: Pick<MadeRoom, "name" | "room_id">): string {
  return name ?? roomId;
}
