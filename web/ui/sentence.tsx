import type { ReactNode } from "react";
import { ApiError, messageOf, PageError } from "../service/api-error.ts";
import { t } from "../texts/texts.ts";

/** What went wrong, in one sentence: of the page in its own language, else of the service, the homeserver or a reader, in English. */
export function sentenceOf(error: unknown): ReactNode {
  return <Sentence error={error} />;
}

/** The same where the service gives several reasons: each once. */
export function sentencesOf(error: unknown): readonly ReactNode[] {
  const reasons = error instanceof ApiError ? [...new Set(error.reasons)] : [];
  return reasons.length > 0 ? reasons.map((reason) => <English key={reason}>{reason}</English>) : [sentenceOf(error)];
}

/** A text of the page with a sentence in it that is not the page's own. */
export function withSentence(text: (sentence: string) => string, error: unknown): ReactNode {
  const [before, after] = text("\0").split("\0");
  return (
    <>
      {before}
      {sentenceOf(error)}
      {after}
    </>
  );
}

/** For voices that read the page out: this is English, whatever the language around it. */
export function English({ children, className }: { children: string; className?: string }): ReactNode {
  return (
    <bdi lang="en" dir="ltr" className={className}>
      {children}
    </bdi>
  );
}

function Sentence({ error }: { error: unknown }): ReactNode {
  if (error instanceof PageError) return error.message;
  if (error instanceof ApiError && error.status === 0)
    return error.message === location.origin ? t.noService : t.signIn.unreachable(error.message);
  return <English>{messageOf(error)}</English>;
}
