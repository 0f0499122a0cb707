import { escapeHtml } from "../../../matrix/text/escape-html.ts";

/** Markup that is safe to put into a page. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** For markup that this program has made or cleaned itself; never for what somebody wrote. */
  static trusted(markup: string): Html {
    return new Html(markup);
  }
}

export type Part = Html | string | number | undefined | false | readonly Part[];

/** Markup with values in it: every value that is not itself `Html` is escaped, in a text and in a quoted attribute alike. */
export function safe(markup: TemplateStringsArray, ...values: Part[]): Html {
  let text = markup[0] ?? "";
  for (let at = 0; at < values.length; at++) text += textOf(values[at]) + (markup[at + 1] ?? "");
  return Html.trusted(text);
}

function textOf(value: Part): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escapeHtml(visible(value));
  if (typeof value === "number") return String(value);
  let text = "";
  for (const part of value) text += textOf(part);
  return text;
}

const INVISIBLE =
  /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/;

/** Nothing that would turn the direction of the text around it, nor what HTML does not allow. */
function visible(text: string): string {
  if (!INVISIBLE.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd");
}
