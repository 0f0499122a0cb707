import { useEffect, useState, type ReactNode } from "react";
import { useSession } from "../../session/session.ts";
import { sentenceOf } from "../../ui/sentence.tsx";
import { readMetrics } from "../admin-api.ts";
import type { Reading } from "./series.ts";

/** How often the service is asked, in milliseconds, and how many answers are kept: ten minutes. */
const EVERY_MS = 5000;
const KEPT = 120;

export interface Metrics {
  readings: readonly Reading[];
  failure: ReactNode;
}

/** Asks for the metrics again and again, as long as somebody looks; what was read before is kept. */
export function useMetrics(watched: boolean): Metrics {
  const { service } = useSession();
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const [failure, setFailure] = useState<ReactNode>();
  useEffect(() => {
    if (!watched) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const metrics = await readMetrics(service);
        if (gone) return;
        setReadings((all) => [...all, { at: Date.now(), metrics }].slice(-KEPT));
        setFailure(undefined);
      } catch (error) {
        if (gone) return;
        setFailure(sentenceOf(error));
      }
      timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [service, watched]);
  return { readings, failure };
}
