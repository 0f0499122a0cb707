import type { ExportFiles } from "../../input/export-files.ts";

/** What a message of WhatsApp holds. */
export interface WhatsAppWords {
  text: string;
  /** name of its file; null: a file that was left out */
  file: string | null | undefined;
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
/** `<Media omitted>` in any language, or `image omitted` behind a mark. */
const OMITTED =
  /^(?:<[^<>:\n]{3,40}>|\u200e[^\n:<>]{3,40}\b(?:omitted|weggelassen|omitida|omitido|omis[e]?|absente?|omess[ao]|weggelaten))$/;
const EDITED = / ?\u200e<[^<>:\n]{5,60}>$/;
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
  const nothing = { file: undefined, isDeleted: false, isEdited, isTold: false };
  const attached = ATTACHED.exec(whole);
  if (attached) return { ...nothing, text: without(whole, attached[0]), file: attached[1] };
  const named = NAMED.exec(whole);
  const name = named?.[1];
  if (named && name !== undefined && (files.file(folder + name) !== undefined || GIVEN_NAME.test(name)))
    return { ...nothing, text: without(whole, named[0]), file: name };
  if (OMITTED.test(whole)) return { ...nothing, text: "", file: null };
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

/** A poll as it stands in a text; undefined where it is none. */
export function pollIn(text: string): WhatsAppPoll | undefined {
  const [head, question, ...options] = text.split("\n");
  if (head !== "POLL:" || question === undefined) return undefined;
  const answers = options.flatMap((line) => {
    const [, name, votes] = /^OPTION: (.*?)(?: \((\d+) votes?\))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ text: name, voters: votes === undefined ? undefined : Number(votes) }];
  });
  return answers.length > 0 ? { question, answers } : undefined;
}

/** The `geo:` address of a place that a text shares. */
export function placeIn(text: string): string | undefined {
  const [, latitude, longitude] =
    /^.{0,40}: https:\/\/maps\.google\.com\/\?q=(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text) ?? [];
  return latitude === undefined ? undefined : `geo:${latitude},${longitude ?? ""}`;
}
