import { lazy, Suspense, useId, type ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Heading } from "react-aria-components/Heading";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { Field } from "../ui/field.tsx";
import { FormatSelect } from "../ui/format-select.tsx";
import { faultsOf, type ExportChoice } from "./export-query.ts";

interface Props {
  choice: ExportChoice;
  onChange: (choice: ExportChoice) => void;
  /** of which it is chosen */
  rooms: ReadonlySet<string>;
  /** of one room, and nothing beside it */
  alone?: boolean;
}

const PeoplePicker = lazy(() => import("./people-picker.tsx"));

/** What of the rooms to take. */
export function ExportOptions({ choice, onChange, rooms, alone = false }: Props): ReactNode {
  const set = (part: Partial<ExportChoice>): void => onChange({ ...choice, ...part });
  const faults = faultsOf(choice, rooms.size);
  const formatId = useId();
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
      <div className="field">
        <label htmlFor={formatId}>{t.exports.format}</label>
        <FormatSelect id={formatId} value={choice.format} onChange={(format) => set({ format })} />
        {choice.format !== "bundle" && <span className="hint">{t.exports.formatHint}</span>}
      </div>
      <Check isSelected={choice.media} onChange={(media) => set({ media })}>
        {t.rooms.media}
      </Check>
      <Check isSelected={choice.viewer} onChange={(viewer) => set({ viewer })}>
        {t.rooms.viewer}
      </Check>
      <Check isSelected={!choice.bot} onChange={(without) => set({ bot: !without })}>
        {t.exports.withoutBot}
      </Check>
      {!alone && (
        <Check isSelected={choice.predecessors} onChange={(predecessors) => set({ predecessors })}>
          {t.exports.predecessors}
        </Check>
      )}
      <More label={t.exports.onlyPeople(choice.senders.length)}>
        <Suspense fallback={<p role="status">{t.loading}</p>}>
          <PeoplePicker rooms={rooms} chosen={choice.senders} onChange={(senders) => set({ senders })} />
        </Suspense>
      </More>
      <More label={t.exports.onlyThread(choice.thread !== "")}>
        <Field
          label={t.exports.thread}
          hint={t.exports.threadHint}
          value={choice.thread}
          onChange={(thread) => set({ thread })}
          error={faults.thread}
        />
      </More>
      {faults.thread !== undefined && (
        <p className="fault" role="alert">
          {faults.thread}
        </p>
      )}
    </fieldset>
  );
}

function More({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Disclosure className="disclosure">
      {({ isExpanded }) => (
        <>
          <Heading level={2}>
            <Button slot="trigger" className="link">
              {label}
            </Button>
          </Heading>
          <DisclosurePanel>{isExpanded && children}</DisclosurePanel>
        </>
      )}
    </Disclosure>
  );
}
