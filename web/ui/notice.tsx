import type { ReactNode } from "react";

interface Props {
  kind: "error" | "info" | "done";
  heading?: string;
  children: ReactNode;
}

/** Something that people have to know; screen readers tell it at once. */
export function Notice({ kind, heading, children }: Props): ReactNode {
  return (
    <div className={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      {heading !== undefined && <strong>{heading}</strong>}
      <div>{children}</div>
    </div>
  );
}
