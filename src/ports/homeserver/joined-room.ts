/** A room that somebody is joined to, as the homeserver shows it to them. */
export interface JoinedRoom {
  room_id: string;
  /** null: it has none */
  name: string | null;
  /** its canonical alias */
  alias: string | null;
  /** `m.room.create`'s type, such as `m.space` */
  type: string | null;
  /** the homeserver's count of those who are joined; null where it gives none */
  members: number | null;
  encrypted: boolean;
  /** of a room without a name: some of its other members, by whom clients name it */
  heroes: string[];
  /** of a space: ids of the rooms that it lists (`m.space.child`), also of those that the person is not in */
  children: string[];
  /** `mxc://` URI */
  avatar_url: string | null;
  /** when its last event was sent, milliseconds since the epoch; null where the homeserver shows none */
  last_event_at: number | null;
}
