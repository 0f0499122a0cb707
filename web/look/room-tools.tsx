import { useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { t } from "../texts/texts.ts";
import { Field } from "../ui/field.tsx";

interface Props {
  days: { first: string; last: string } | null;
  onSearch: (query: string) => void;
  /** @param day as `2026-11-22` */
  onDay: (day: string) => void;
}

/** Search, and the way to a day. */
export function RoomTools({ days, onSearch, onDay }: Props): ReactNode {
  const [query, setQuery] = useState("");
  const [day, setDay] = useState(days?.first ?? "");
  return (
    <div className="look-tools">
      <Form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (query.trim() !== "") onSearch(query);
        }}
      >
        <SearchField className="field" value={query} onChange={setQuery}>
          <Label className="hidden">{t.look.search}</Label>
          <Input dir="auto" placeholder={t.look.search} />
        </SearchField>
        <Button className="button" type="submit" isDisabled={query.trim() === ""}>
          {t.look.searchShort}
        </Button>
      </Form>
      {days !== null && (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (day !== "") onDay(day);
          }}
        >
          <Field label={t.look.date} type="date" value={day} onChange={setDay} />
          <Button className="button" type="submit" isDisabled={day === ""}>
            {t.look.go}
          </Button>
        </Form>
      )}
    </div>
  );
}
