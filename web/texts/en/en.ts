import { admin } from "./admin.ts";
import { drop } from "./drop.ts";
import { exports } from "./exports.ts";
import { conversions } from "./conversions.ts";
import { imports } from "./imports.ts";
import { jobs } from "./jobs.ts";
import { keys } from "./keys.ts";
import { look } from "./look.ts";
import { oauth } from "./oauth.ts";
import { rooms } from "./rooms.ts";
import { rules } from "./rules.ts";
import { signIn } from "./sign-in.ts";
import { widget } from "./widget.ts";

/** Every text of the page, a file an area; the other languages have the same keys. */
export const en = {
  language: "en",
  languageChoice: "Language",
  title: "Roomporter",
  tagline: "Take your Matrix rooms with you",
  loading: "Loading …",
  noService: "The service does not answer. Check your connection, then try again.",
  away: "The service does not answer. Trying again …",
  more: "Show more",
  tryAgain: "Try again",
  notLoaded: "This page could not be loaded: the service may have been updated. Reload the page and sign in again.",
  fault: (what: string, sentence: string) => `${what}: ${sentence}`,

  signIn,

  oauth,
  signOut: "Sign out",
  account: (user: string) => `Signed in as ${user}`,
  skip: "Skip to the content",
  nav: {
    label: "Main",
    rooms: "Export",
    imports: "Import",
    look: "Look",
    jobs: "Jobs",
    rules: "Rooms",
    admin: "Admin",
  },

  rooms,

  exports,

  imports,

  drop,

  conversions,

  jobs,

  look,

  keys,

  rules,

  admin,

  widget,

  /** What a bundle leaves out, by the kind of the limit. */
  limits: {
    visibility: "What you may not see: messages from before you joined, for example",
    date_range: "Messages outside of the chosen days",
    senders: "Messages of other people than the chosen ones",
    thread: "All but one thread",
    media: "Images and files",
    since_bundle: "What an earlier bundle already holds",
  } as Record<string, string>,
  encryptedFiles: "The files of encrypted messages: only the keys of the room show which there are",
  limitUnknown: "Something that has no name here",
  notCarried: (count: number) =>
    count === 1
      ? "1 thing that could not be carried; the bundle names it"
      : `${String(count)} things that could not be carried; the bundle names them`,
};

/** The same keys in any language: texts, and functions that give texts of the same things. */
type SameTexts<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { [Key in keyof T]: SameTexts<T[Key]> };
export type Texts = SameTexts<typeof en>;
