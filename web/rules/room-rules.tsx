import type { ReactNode } from "react";
import { CheckboxGroup } from "react-aria-components/CheckboxGroup";
import { Label } from "react-aria-components/Label";
import { RadioButton, RadioField, RadioGroup } from "react-aria-components/RadioGroup";
import { Text } from "react-aria-components/Text";
import { t } from "../texts/texts.ts";
import { Check } from "../ui/check.tsx";
import { laidDown, type Draft } from "./new-room-body.ts";
import type { MadeRoom, NewRoomRules } from "./rules-api.ts";

interface Props {
  draft: Draft;
  rules: NewRoomRules;
  /** what is wrong with the roles */
  fault: string | undefined;
  onChange: (part: Partial<Draft>) => void;
}

const VISIBILITIES = ["private", "restricted", "public"] as const satisfies readonly MadeRoom["visibility"][];

/** The rules of a new room, as far as the configuration leaves a choice. */
export function RoomRules({ draft, rules, fault, onChange }: Props): ReactNode {
  const refused = refusedVisibilities(draft, rules);
  const fixed = laidDown(draft, rules);
  const { refusal, auto_close_on_leave: rule, close_after_idle_days: days } = rules.incognito;
  const noIncognito = refusal ?? (draft.visibility === "public" ? t.rules.incognitoPublic : undefined);
  const setIncognito = (incognito: boolean): void =>
    onChange({ incognito, ...(incognito && rule === "default" && { autoClose: true }) });
  return (
    <>
      <RadioGroup
        className="choices"
        value={draft.visibility}
        onChange={(visibility) => onChange({ visibility: visibility as MadeRoom["visibility"] })}
      >
        <Label>{t.rules.who}</Label>
        {VISIBILITIES.map((each) => (
          <RadioField key={each} value={each} isDisabled={refused[each] !== undefined}>
            <RadioButton className="check">
              <span className="dot" aria-hidden="true" />
              <span>{t.rules.visibilities[each]}</span>
            </RadioButton>
            {refused[each] !== undefined && (
              <Text slot="description" className="hint under-check">
                {refused[each]}
              </Text>
            )}
          </RadioField>
        ))}
      </RadioGroup>
      {draft.visibility === "restricted" && (
        <CheckboxGroup className="choices" value={[...draft.roles]} onChange={(roles) => onChange({ roles })}>
          <Label>{t.rules.roles}</Label>
          {rules.restricted.roles.map((role) => (
            <Check key={role} value={role}>
              <bdi>{role}</bdi>
            </Check>
          ))}
          {fault !== undefined && <p className="fault">{fault}</p>}
        </CheckboxGroup>
      )}
      <Check
        isSelected={draft.incognito}
        isDisabled={noIncognito !== undefined}
        onChange={setIncognito}
        hint={noIncognito ?? (draft.incognito && days > 0 ? t.rules.idle(days) : t.rules.incognitoHint)}
      >
        {t.rules.incognitoLabel}
      </Check>
      <Check
        isSelected={fixed ?? draft.autoClose}
        isDisabled={fixed !== undefined}
        onChange={(autoClose) => onChange({ autoClose })}
        hint={fixed === undefined ? undefined : fixed ? t.rules.alwaysCloses : t.rules.neverCloses}
      >
        {t.rules.autoCloseLabel}
      </Check>
    </>
  );
}

/** Who may come in that cannot be chosen, and why. */
function refusedVisibilities(
  { incognito }: Draft,
  { restricted: { refusal, roles } }: NewRoomRules,
): Partial<Record<MadeRoom["visibility"], string>> {
  const restricted = refusal ?? (roles.length === 0 ? t.rules.noRoles : undefined);
  return {
    ...(restricted !== undefined && { restricted }),
    ...(incognito && { public: t.rules.incognitoPublic }),
  };
}
