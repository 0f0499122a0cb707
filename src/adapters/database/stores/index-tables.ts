/** One row from when the feed was first asked for. */
export interface IndexFeedTable {
  /** 1 */
  one: number;
  id: string;
  /** the last one that was given out */
  position: number;
}

export interface IndexRoomsTable {
  room_id: string;
  open: number;
  /** event up to which the timeline was looked through */
  mark: string | null;
}

export interface IndexEntriesTable {
  position: number;
  room_id: string;
  /** null: the room is to be removed */
  event_id: string | null;
  /** the event that it says something about */
  subject: string | null;
}
