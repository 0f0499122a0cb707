import { useId, useState, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { t } from "../../texts/texts.ts";
import { English } from "../../ui/sentence.tsx";
import type { Looked } from "./reports.ts";

interface Props {
  need: "time_zone" | "date_order";
  looked: Looked;
  onGiven: (value: string) => void;
}

/** Asks for what the export does not say. */
export function MissingOption({ need, looked, onGiven }: Props): ReactNode {
  const isZone = need === "time_zone";
  const [value, setValue] = useState(isZone ? Intl.DateTimeFormat().resolvedOptions().timeZone : "dmy");
  const id = useId();
  const hint = isZone ? t.conversions.timeZoneHint : looked.detail;
  const values = isZone
    ? [...new Set([value, ...Intl.supportedValuesOf("timeZone"), "UTC"])].sort()
    : ["dmy", "mdy", "ymd"];
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{isZone ? t.conversions.timeZone : t.conversions.dateOrder}</label>
        <select
          id={id}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
        >
          {values.map((each) => (
            <option key={each} value={each}>
              {isZone ? each.replaceAll("_", " ") : t.conversions.dateOrders[each]}
            </option>
          ))}
        </select>
        {hint !== undefined && (
          <p className="hint" id={`${id}-hint`}>
            {isZone ? hint : <English>{hint}</English>}
          </p>
        )}
      </div>
      <div className="actions">
        <Button className="button primary" onPress={() => onGiven(value)}>
          {t.conversions.goOn}
        </Button>
      </div>
    </>
  );
}
