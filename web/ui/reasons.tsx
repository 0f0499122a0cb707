import type { ReactNode } from "react";
import { Notice } from "./notice.tsx";

/** Why something could not be done, a sentence each; nothing where there are none. */
export function Reasons({ heading, sentences }: { heading?: string; sentences: readonly ReactNode[] }): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <Notice kind="error" {...(heading !== undefined && { heading })}>
      {sentences.map((sentence, at) => (
        <p key={at}>{sentence}</p>
      ))}
    </Notice>
  );
}
