import { useMemo, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { CheckboxButton, CheckboxField } from "react-aria-components/Checkbox";
import { Collection } from "react-aria-components/Collection";
import type { Selection } from "react-aria-components/Tree";
import { Tree, TreeItem, TreeItemContent } from "react-aria-components/Tree";
import type { Room } from "../service/shapes.ts";
import { ago } from "../texts/format.ts";
import { t } from "../texts/texts.ts";
import { TickBox } from "../ui/check.tsx";
import { Avatar } from "./avatar.tsx";
import { allNodes, below, roomTree, withChildren, type RoomNode } from "./room-tree.ts";
import { roomName } from "./rooms.tsx";

interface Props {
  rooms: readonly Room[];
  query: string;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  /** exports a space with all of its rooms; absent: not now */
  onExportSpace?: (spaceId: string) => void;
}

/** Spaces are open at first where there are at most so many rooms. */
const OPEN_AT_FIRST = 60;

/**
 * The rooms to choose from, spaces as a tree; choosing a space chooses what is below it. A search shows what matches in one list, and
 * what is chosen stays so while it does not match.
 */
export function RoomList({ rooms, query, selected, onSelect, onExportSpace }: Props): ReactNode {
  const tree = useMemo(() => roomTree(rooms), [rooms]);
  const nodes = useMemo(() => new Map(allNodes(tree).map((node) => [node.room.room_id, node])), [tree]);
  const shown = useMemo<readonly RoomNode[]>(
    () => (query === "" ? tree : rooms.filter((room) => matches(room, query)).map((room) => ({ room, children: [] }))),
    [tree, rooms, query],
  );
  const select = (keys: Selection): void => {
    const ids =
      keys === "all" ? [...selected, ...allNodes(shown).map(({ room }) => room.room_id)] : [...keys].map(String);
    onSelect(withChildren(selected, new Set(ids), query === "" ? nodes : new Map()));
  };
  const item = (node: RoomNode): ReactNode => <RoomItem {...{ node, selected, item, onExportSpace }} />;
  return (
    <Tree
      aria-label={t.rooms.list}
      className="room-list"
      selectionMode="multiple"
      selectionBehavior="toggle"
      selectedKeys={selected}
      onSelectionChange={select}
      defaultExpandedKeys={rooms.length > OPEN_AT_FIRST ? [] : nodes.keys()}
      items={shown.map((node) => ({ ...node, id: node.room.room_id }))}
      dependencies={[query, selected, onExportSpace]}
      renderEmptyState={() => (query === "" ? t.rooms.none : t.rooms.noMatch(query))}
    >
      {item}
    </Tree>
  );
}

interface ItemProps {
  node: RoomNode;
  selected: ReadonlySet<string>;
  item: (node: RoomNode) => ReactNode;
  onExportSpace: Props["onExportSpace"] | undefined;
}

function RoomItem({ node, selected, item, onExportSpace }: ItemProps): ReactNode {
  const { room, children } = node;
  const name = roomName(room);
  return (
    <TreeItem id={room.room_id} textValue={name} className="room">
      <TreeItemContent>
        {({ hasChildItems, level }) => (
          <div className={`row level-${String(Math.min(level, 4))}`}>
            <CheckboxField slot="selection">
              <CheckboxButton className="check">
                <TickBox />
              </CheckboxButton>
            </CheckboxField>
            <Avatar id={room.room_id} name={name} uri={room.avatar_url} />
            <span className="about">
              <bdi className="name">{name}</bdi>
              <span className="soft">{aboutRoom(node, selected)}</span>
            </span>
            {room.type === "m.space" && (
              <Button
                className="link"
                aria-label={t.rooms.exportSpaceOf(name)}
                isDisabled={onExportSpace === undefined}
                onPress={() => onExportSpace?.(room.room_id)}
              >
                {t.rooms.exportSpace}
              </Button>
            )}
            {hasChildItems && (
              <Button slot="chevron" className="chevron">
                <svg viewBox="0 0 16 16" aria-hidden="true">
                  <path d="M6 3.5 10.5 8 6 12.5" />
                </svg>
              </Button>
            )}
          </div>
        )}
      </TreeItemContent>
      <Collection
        items={children.map((child) => ({ ...child, id: child.room.room_id }))}
        dependencies={[selected, onExportSpace]}
      >
        {item}
      </Collection>
    </TreeItem>
  );
}

function matches(room: Room, query: string): boolean {
  const words = query.toLocaleLowerCase().split(/\s+/);
  const text = [roomName(room), room.alias ?? "", room.room_id].join(" ").toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function aboutRoom(node: RoomNode, selected: ReadonlySet<string>): string {
  const { members, last_event_at: last, encrypted, type } = node.room;
  const inside = below(node);
  return [
    type === "m.space" ? t.rooms.space : "",
    inside.length === 0 ? "" : t.rooms.inSpace(inside.filter((id) => selected.has(id)).length, inside.length),
    members === null ? "" : t.rooms.members(members),
    last === null || type === "m.space" ? "" : t.rooms.active(ago(last)),
    encrypted ? t.rooms.encrypted : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
