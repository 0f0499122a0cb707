import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { CheckboxButton, CheckboxField } from "react-aria-components/Checkbox";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { bytes, number } from "../../texts/format.ts";
import { t } from "../../texts/texts.ts";
import { TickBox } from "../../ui/check.tsx";
import type { Looked } from "./reports.ts";

/** More are found by a search. */
const SHOWN = 300;

/** The conversations of an export, to choose some. */
export function ConversationList({
  looked,
  onChosen,
}: {
  looked: Looked;
  onChosen: (names: string[]) => void;
}): ReactNode {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const words = query.toLocaleLowerCase().split(/\s+/);
  const fitting = looked.conversations.filter(({ name }) =>
    words.every((word) => name.toLocaleLowerCase().includes(word)),
  );
  const shown = fitting.slice(0, SHOWN);
  const hidden = [...chosen].filter((name) => !shown.some((each) => each.name === name));
  return (
    <>
      <h3>{t.conversions.choose}</h3>
      <SearchField className="field search" value={query} onChange={setQuery}>
        <Label>{t.conversions.search}</Label>
        <Input dir="auto" />
      </SearchField>
      <GridList
        aria-label={t.conversions.list}
        className="room-list"
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={chosen}
        // what is chosen stays so while the search does not show it
        onSelectionChange={(keys) =>
          setChosen(new Set([...hidden, ...(keys === "all" ? shown.map(({ name }) => name) : [...keys].map(String))]))
        }
        items={shown.map((each) => ({ ...each, id: each.name }))}
        renderEmptyState={() => t.conversions.noMatch(query)}
      >
        {({ name, bytes: size }) => (
          <GridListItem textValue={name} className="room">
            <div className="row">
              <CheckboxField slot="selection">
                <CheckboxButton className="check">
                  <TickBox />
                </CheckboxButton>
              </CheckboxField>
              <span className="about">
                <bdi className="name">{name}</bdi>
                {size !== null && <span className="soft">{size === 0 ? t.conversions.empty : bytes(size)}</span>}
              </span>
            </div>
          </GridListItem>
        )}
      </GridList>
      {fitting.length > shown.length && (
        <p className="hint">{t.conversions.more(number(fitting.length - shown.length))}</p>
      )}
      {looked.not_listed !== undefined && <p className="hint">{t.conversions.notListed(number(looked.not_listed))}</p>}
      <div className="actions">
        <Button className="button primary" isDisabled={chosen.size === 0} onPress={() => onChosen([...chosen])}>
          {t.conversions.convert(chosen.size)}
        </Button>
      </div>
    </>
  );
}
