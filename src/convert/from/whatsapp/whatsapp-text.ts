import type { ExportFiles } from "../../input/export-files.ts";

/** What a message of WhatsApp holds. */
export interface WhatsAppWords {
  text: string;
  /** name of its file */
  file: string | undefined;
  /** what WhatsApp wrote in place of a file that was left out, such as `image omitted` */
  omitted: string | undefined;
  isDeleted: boolean;
  isEdited: boolean;
  /** WhatsApp says it, and nobody */
  isTold: boolean;
}

/** Before what WhatsApp writes itself, on iPhones and in later versions for Android. */
const MARK = "\u200e";
/** `<attached: NAME>`, in any language. */
const ATTACHED = /\u200e?<[^<>:\n]{2,40}[:：] ?([^<>\n]+\.[A-Za-z0-9]{1,8})>/;
/** `NAME (file attached)`, in any language. */
const NAMED = /^\u200e?([^\n]+\.[A-Za-z0-9]{1,8}) \([^()\n]{3,40}\)$/m;
const GIVEN_NAME = /^(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d{4}\.\w{2,5}$/;
/** `<Media omitted>` in any language: several words, or letters that no markup has. */
const OMITTED = /^\u200e?<((?=[^>]*[^\x21-\x7e])[^<>:=/\n]{3,40})>(?:\n|$)/;
/** The same as iPhones write it: `image omitted` behind a mark. */
const OMITTED_MARKED =
  /^\u200e([^\n:<>]{3,40}\b(?:omitted|weggelassen|omitida|omitido|omis[e]?|absente?|omess[ao]|weggelaten))(?:\n|$)/;
/** Behind the text of an edited message: on iPhones in any language behind a mark, on Android without one. */
const EDITED = new RegExp(
  ` ?(?:\\u200e<[^<>:\\n]{5,60}>|<(?:${[
    "This message was edited",
    "Diese Nachricht wurde bearbeitet",
    "Se editó este mensaje",
    "Este mensaje fue editado",
    "Ce message a été modifié",
    "Esta mensagem foi editada",
    "Mensagem editada",
    "Questo messaggio è stato modificato",
    "Dit bericht is bewerkt",
  ].join("|")})\\.?>)$`,
);
const DELETED = new Set([
  ...[
    "This message was deleted",
    "You deleted this message",
    "Diese Nachricht wurde gelöscht",
    "Du hast diese Nachricht gelöscht",
  ],
  ...[
    "Se eliminó este mensaje",
    "Eliminaste este mensaje",
    "Ce message a été supprimé",
    "Vous avez supprimé ce message",
  ],
  ...[
    "Mensagem apagada",
    "Você apagou esta mensagem",
    "Questo messaggio è stato eliminato",
    "Hai eliminato questo messaggio",
  ],
  ...["Dit bericht is verwijderd", "U hebt dit bericht verwijderd", "Je hebt dit bericht verwijderd"],
]);

/** `folder`: where the files lie */
export function wordsOf(raw: string, files: ExportFiles, folder: string): WhatsAppWords {
  const isEdited = EDITED.test(raw) && !OMITTED.test(raw);
  const whole = isEdited ? raw.replace(EDITED, "") : raw;
  const nothing = { file: undefined, omitted: undefined, isDeleted: false, isEdited, isTold: false };
  const attached = ATTACHED.exec(whole);
  if (attached) return { ...nothing, text: without(whole, attached[0]), file: attached[1] };
  const named = NAMED.exec(whole);
  const name = named?.[1];
  if (named && name !== undefined && (files.file(folder + name) !== undefined || GIVEN_NAME.test(name)))
    return { ...nothing, text: without(whole, named[0]), file: name };
  const omitted = OMITTED.exec(whole) ?? OMITTED_MARKED.exec(whole);
  if (omitted) return { ...nothing, text: without(whole, omitted[0]), omitted: omitted[1] };
  const plain = whole.replace(/^\u200e/, "");
  if (DELETED.has(plain.trim().replace(/\.$/, ""))) return { ...nothing, text: "", isDeleted: true };
  const isPoll = /^\u200e?POLL:\n/.test(whole) || /^\u200e?[Ll]ocation: /.test(whole);
  return { ...nothing, text: unmarked(plain), isTold: whole.startsWith(MARK) && !isPoll };
}

function without(text: string, part: string): string {
  return unmarked(text.replace(part, "").replaceAll(/^\n+|\n+$/g, "")).trim();
}

/** Isolates around names that are mentioned, and marks inside. */
function unmarked(text: string): string {
  return text.replaceAll(/[\u2066-\u2069\u200e]/g, "");
}

export interface WhatsAppPoll {
  question: string;
  answers: { text: string; voters: number | undefined }[];
}

const POLL_HEAD = /^[^\s:][^:\n]{1,30}:$/;
const POLL_OPTION = /^([^:\n]{2,20}): (.*?)(?: \((\d+) [^()\d\n]{1,20}\))?$/;

/**
 * A poll as it stands in a text: a head, the question, and lines that begin with one word in capitals. Undefined where it is none.
 * In another language than English it is one only where WhatsApp's mark stands before it (`isMarked`), and each answer has its
 * number of votes.
 */
export function pollIn(text: string, isMarked: boolean): WhatsAppPoll | undefined {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const label = POLL_OPTION.exec(lines.at(-1) ?? "")?.[1];
  if (!POLL_HEAD.test(head) || label === undefined || head + label !== (head + label).toUpperCase()) return undefined;
  const first = lines.findIndex((line) => POLL_OPTION.exec(line)?.[1] === label);
  const options = lines.slice(first).map((line) => POLL_OPTION.exec(line));
  const answers = options.flatMap((option) => {
    const [, its, name = "", votes] = option ?? [];
    return its === label ? [{ text: name, voters: votes === undefined ? undefined : Number(votes) }] : [];
  });
  if (first < 1 || answers.length < options.length) return undefined;
  const isSure = head === "POLL:" || (isMarked && answers.every(({ voters }) => voters !== undefined));
  return isSure ? { question: lines.slice(0, first).join("\n"), answers } : undefined;
}

/** The `geo:` address of a place that a text shares. */
export function placeIn(text: string): string | undefined {
  const [, latitude, longitude] =
    /^.{0,40}: https:\/\/maps\.google\.com\/\?q=(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  return latitude === undefined ? undefined : `geo:${latitude},${longitude ?? ""}`;
}
