import type { Reason } from "./failure.ts";

export interface SentenceOptions {
  /** shows so many reasons at most; default: all */
  most?: number;
  /** shows each reason's code */
  codes?: boolean;
  /** where the reasons beyond `most` stand, e.g. "--json shows them" */
  elsewhere?: string;
  /** what to do next */
  next?: string | undefined;
}

/** An error as one line of text: what happened, its reasons, what to do next. Nothing is said twice: an error is often its own first reason. */
export function sentenceOf(
  { message, reasons = [] }: { message: string; reasons?: readonly Reason[] },
  { most = Infinity, codes = false, elsewhere, next }: SentenceOptions = {},
): string {
  const shown = reasons.slice(0, most).map((reason) => (codes ? `${reason.message} [${reason.code}]` : reason.message));
  if (reasons.length > most)
    shown.push(`And ${String(reasons.length - most)} more${elsewhere === undefined ? "" : `: ${elsewhere}`}.`);
  const why = shown.join(" ");
  const isReason = reasons.some((reason) => reason.message === message);
  const said = why === "" ? message : isReason ? why : `${message.replace(/[.:]$/, "")}: ${why}`;
  return next === undefined ? said : `${said.replace(/\.$/, "")}: ${next}`;
}
