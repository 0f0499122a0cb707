import { useEffect, useState } from "react";

/** How long somebody who types is waited for, in milliseconds. */
const SETTLED_MS = 400;

/** What was typed, once nothing more is typed. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
