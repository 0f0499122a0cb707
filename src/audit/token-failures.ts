import type { AuditDetail } from "../ports/audit-log.ts";
import type { CountedRows } from "./counted-rows.ts";

/** What a wrong token was shown to: the API, or the place where only the homeserver calls. */
type Shown = Extract<AuditDetail, "api" | "appservice">;

/** Wrong tokens for the audit log: how many came in a minute, and nothing of the tokens or of where they came from. */
export class TokenFailures {
  readonly #rows: Pick<CountedRows, "add">;

  constructor(rows: Pick<CountedRows, "add">) {
    this.#rows = rows;
  }

  add(shown: Shown): void {
    this.#rows.add({
      action: "token_failures",
      outcome: "refused",
      details: [shown],
      actor: "service",
      door: "http",
    });
  }
}
