import type { Remote } from "comlink";
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from "react";
import { locale, t } from "../texts/texts.ts";
import { ShownFiles } from "./conversation/files.ts";
import { Scroller } from "./conversation/scroller.ts";
import { toggleSpoiler } from "./conversation/spoilers.ts";
import type { Reader } from "./reader/worker.ts";

export interface ConversationHandle {
  /** Shows a message or a change. */
  goTo: (item: number) => Promise<void>;
}

interface Props {
  ref: Ref<ConversationHandle>;
  parts: number;
  reader: Remote<Reader>;
  onFailure: (error: unknown) => void;
}

/** The conversation itself. Its elements are not React's: see `Scroller`. */
export function ConversationView({ ref, parts, reader, onFailure }: Props): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef<{ scroller: Scroller; files: ShownFiles }>(undefined);
  useImperativeHandle(ref, () => ({
    goTo: async (item) => await shown.current?.scroller.goTo(item),
  }));
  useEffect(() => {
    if (!frame.current) return undefined;
    const files = new ShownFiles((sha256) => reader.file(sha256), frame.current);
    const scroller = new Scroller(frame.current, { parts, load: (part) => reader.part(part), files, onFailure });
    shown.current = { scroller, files };
    return () => {
      scroller.close();
      files.close();
      shown.current = undefined;
    };
  }, [parts, reader, onFailure, locale]);

  const follow = (target: Element, prevent: () => void): void => {
    const link = target.closest("a");
    const spoiler = target.closest("[data-mx-spoiler]");
    const sha256 = link?.dataset["file"];
    const [, item] = /^#m(\d+)$/.exec(link?.getAttribute("href") ?? "") ?? [];
    if (sha256 !== undefined || item !== undefined || (spoiler && !link)) prevent();
    if (sha256 !== undefined) void shown.current?.files.save(sha256, link?.download ?? "").catch(onFailure);
    else if (item !== undefined) void shown.current?.scroller.goTo(Number(item)).catch(onFailure);
    else if (spoiler && !link) toggleSpoiler(spoiler);
  };
  const press = (event: KeyboardEvent): void => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !(target instanceof Element)) return;
    if (target.closest("video, audio")) return;
    const { scroller } = shown.current ?? {};
    if (key === "j" || key === "k") scroller?.step(key === "j" ? 1 : -1);
    else if (key === "Home" || key === "End") {
      event.preventDefault();
      void scroller?.goToEdge(key === "End").catch(onFailure);
    } else if ((key === "Enter" || key === " ") && target.matches("[data-mx-spoiler]"))
      follow(target, () => event.preventDefault());
  };
  return (
    <section className="stack">
      <div
        className="reading conversation"
        role="region"
        lang="en"
        aria-label={t.look.conversation}
        tabIndex={0}
        ref={frame}
        onClick={(event) => {
          if (event.target instanceof Element) follow(event.target, () => event.preventDefault());
        }}
        onKeyDown={press}
      />
      <p className="soft keys">{t.look.keys}</p>
    </section>
  );
}
