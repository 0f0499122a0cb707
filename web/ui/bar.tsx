import type { ReactNode } from "react";
import { ProgressBar } from "react-aria-components/ProgressBar";

interface Props {
  label: string;
  /** 0 to 100; null: nobody knows */
  percent: number | null;
}

/** How far something is. The width is an attribute of the picture, for the content security policy takes no style in markup. */
export function Bar({ label, percent }: Props): ReactNode {
  return (
    <ProgressBar
      aria-label={label}
      {...(percent === null ? { isIndeterminate: true } : { value: percent })}
      className="bar"
    >
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={percent ?? 30} height="1" />
      </svg>
    </ProgressBar>
  );
}
