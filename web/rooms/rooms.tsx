import { createContext, useCallback, useContext, useMemo, type ReactNode } from "react";
import type { Room } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { names } from "../texts/format.ts";
import { locale, t } from "../texts/texts.ts";
import { useLoad, type Loaded } from "../ui/use-load.ts";

const Context = createContext<Loaded<Room[]> | null>(null);

interface Props {
  children: ReactNode;
  /** default: the service tells */
  load?: () => Promise<Room[]>;
}

/** Loads the rooms once for all pages. */
export function RoomsProvider({ children, load }: Props): ReactNode {
  const { service } = useSession();
  const ask = useCallback(() => service.rooms(), [service]);
  const loaded = useLoad(load ?? ask);
  return <Context value={loaded}>{children}</Context>;
}

/** The rooms that the person is in. */
export function useRooms(): Loaded<Room[]> {
  const rooms = useContext(Context);
  if (rooms === null) throw new Error("no rooms");
  return rooms;
}

/** What to call a room: by its id where it is none of the person's. */
export function useRoomName(): (roomId: string) => string {
  const { value } = useRooms();
  return useMemo(() => {
    const byId = new Map((value ?? []).map((room) => [room.room_id, roomName(room)]));
    return (roomId) => byId.get(roomId) ?? roomId;
  }, [value, locale]);
}

/** Its name, else its alias, else who is in it. */
export function roomName({ name, alias, heroes }: Room): string {
  return name ?? alias ?? (heroes.length > 0 ? t.rooms.with(names(heroes)) : t.rooms.unnamed);
}
