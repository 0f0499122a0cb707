import { useCallback, useId, useMemo, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import type { Selection } from "react-aria-components/Tree";
import { SearchField } from "react-aria-components/SearchField";
import { Tag, TagGroup, TagList } from "react-aria-components/TagGroup";
import type { Member } from "../service/shapes.ts";
import { useSession } from "../session/session.ts";
import { t } from "../texts/texts.ts";
import { TickBox } from "../ui/check.tsx";
import { Notice } from "../ui/notice.tsx";
import { sentenceOf } from "../ui/sentence.tsx";
import { useLoad } from "../ui/use-load.ts";

interface Props {
  /** whose members are offered */
  rooms: ReadonlySet<string>;
  /** user ids */
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** Of more rooms the members are not fetched. */
const MOST_ROOMS = 10;
/** More than these are found by searching. */
const MOST_SHOWN = 200;
const USER_ID = /^@[^\s:]+:[^\s,]+$/;

/** People of the chosen rooms, also those who have left; anybody else by their user id. */
export default function PeoplePicker({ rooms, chosen, onChange }: Props): ReactNode {
  const { service } = useSession();
  const hintId = useId();
  const [query, setQuery] = useState("");
  const key = [...rooms].slice(0, MOST_ROOMS).join(" ");
  const load = useCallback(async () => {
    const members = new Map<string, Member>();
    for (const roomId of key.split(" ").filter((id) => id !== ""))
      for (const member of await service.members(roomId)) members.set(member.user_id, member);
    return [...members.values()];
  }, [service, key]);
  const { value: members, error } = useLoad(load);
  const found = useMemo(() => offered(members ?? [], query.trim()), [members, query]);
  const select = (keys: Selection): void => {
    const shown = new Set(found.map(({ user_id }) => user_id));
    const others = chosen.filter((id) => !shown.has(id));
    onChange([...others, ...(keys === "all" ? shown : [...keys].map(String).filter((id) => shown.has(id)))]);
  };
  const nameOf = (id: string): string => members?.find(({ user_id }) => user_id === id)?.display_name ?? id;
  return (
    <div className="people-picker">
      {chosen.length > 0 && (
        <TagGroup
          aria-label={t.exports.chosenPeople}
          onRemove={(keys) => onChange(chosen.filter((id) => !keys.has(id)))}
        >
          <TagList className="tags">
            {chosen.map((id) => (
              <Tag key={id} id={id} textValue={nameOf(id)} className="tag">
                <bdi>{nameOf(id)}</bdi>
                <Button slot="remove" className="remove" aria-label={t.exports.removePerson(nameOf(id))}>
                  <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5" />
                  </svg>
                </Button>
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      )}
      <SearchField className="field" value={query} onChange={setQuery} aria-describedby={hintId}>
        <Label>{t.exports.searchPeople}</Label>
        <Input dir="auto" placeholder="@ann:example.org" />
      </SearchField>
      <p id={hintId} className="hint">
        {rooms.size === 0 ? t.exports.noRoomYet : t.exports.peopleHint}
      </p>
      {error !== undefined && <Notice kind="error">{sentenceOf(error)}</Notice>}
      {found.length > 0 && (
        <ListBox
          aria-label={t.exports.people}
          className="people-list"
          selectionMode="multiple"
          selectedKeys={chosen}
          onSelectionChange={select}
          items={found.map((member) => ({ ...member, id: member.user_id }))}
        >
          {({ user_id: id, display_name: name, membership }) => (
            <ListBoxItem id={id} textValue={name ?? id} className="person">
              <span className="check">
                <TickBox />
              </span>
              <span className="about">
                <bdi>{name ?? id}</bdi>
                <span className="soft">{[name === null ? "" : id, left(membership)].filter(Boolean).join(" · ")}</span>
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      )}
    </div>
  );
}

/** Those who match; and who is named whole by a user id, whether a member or not. */
function offered(members: readonly Member[], query: string): Member[] {
  const words = query.toLocaleLowerCase();
  const found = members.filter(({ user_id: id, display_name: name }) =>
    `${name ?? ""} ${id}`.toLocaleLowerCase().includes(words),
  );
  const isNew = USER_ID.test(query) && !members.some(({ user_id: id }) => id === query);
  const added: Member[] = isNew ? [{ user_id: query, display_name: null, membership: "join" }] : [];
  return [...added, ...found].slice(0, MOST_SHOWN);
}

function left(membership: Member["membership"]): string {
  return membership === "join" ? "" : t.exports.gone;
}
