import type { ReactNode } from "react";
import { CheckboxButton, CheckboxField, type CheckboxFieldProps } from "react-aria-components/Checkbox";
import { Text } from "react-aria-components/Text";

/** A box to tick. @param hint what it means, or why it cannot be ticked */
export function Check({
  children,
  hint,
  ...props
}: CheckboxFieldProps & { children: ReactNode; hint?: string | undefined }): ReactNode {
  return (
    <CheckboxField {...props}>
      <CheckboxButton className="check">
        <TickBox />
        <span>{children}</span>
      </CheckboxButton>
      {hint !== undefined && (
        <Text slot="description" className="hint under-check">
          {hint}
        </Text>
      )}
    </CheckboxField>
  );
}

/** What a box to tick looks like; its state comes from the element around it. */
export function TickBox(): ReactNode {
  return (
    <span className="tick" aria-hidden="true">
      <svg viewBox="0 0 16 16">
        <path d="M3.5 8.5 6.5 11.5 12.5 4.5" />
      </svg>
    </span>
  );
}
