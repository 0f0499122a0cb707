import type { ReactNode } from "react";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { Field } from "../ui/field.tsx";
import { faultsOf, type ExportChoice } from "./export-query.ts";

interface Props {
  choice: ExportChoice;
  onChange: (choice: ExportChoice) => void;
}

/** What of the rooms to take. */
export function ExportOptions({ choice, onChange }: Props): ReactNode {
  const set = (part: Partial<ExportChoice>): void => onChange({ ...choice, ...part });
  const faults = faultsOf(choice);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <fieldset className="options">
      <legend>{t.rooms.options}</legend>
      <div className="dates">
        <Field
          label={t.rooms.since}
          type="date"
          value={choice.since}
          onChange={(since) => set({ since })}
          error={faults.dates}
        />
        <Field label={t.rooms.until} type="date" value={choice.until} onChange={(until) => set({ until })} />
      </div>
      <p className="hint">{t.rooms.zone(timeZone)}</p>
      <Field
        label={t.rooms.senders}
        hint={t.rooms.sendersHint}
        value={choice.senders}
        onChange={(senders) => set({ senders })}
        error={faults.senders}
      />
      <Check isSelected={choice.media} onChange={(media) => set({ media })}>
        {t.rooms.media}
      </Check>
      <Check isSelected={choice.viewer} onChange={(viewer) => set({ viewer })}>
        {t.rooms.viewer}
      </Check>
    </fieldset>
  );
}
