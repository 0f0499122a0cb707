import type { ReactNode } from "react";
import { t } from "../../texts/texts.ts";
import { Notice } from "../../ui/notice.tsx";
import { plotKinds } from "./plots.ts";
import { Plot } from "./plot.tsx";
import { lineOf } from "./series.ts";
import type { Metrics } from "./use-metrics.ts";

/** The service's numbers as small plots, from the moment on at which somebody looks. */
export function MetricsPlots({ readings, failure }: Metrics): ReactNode {
  return (
    <div className="stack">
      <p className="soft">{t.admin.metrics.lead}</p>
      {failure !== undefined && <Notice kind="error">{failure}</Notice>}
      {readings.length === 0 ? (
        failure === undefined && <p role="status">{t.loading}</p>
      ) : (
        <div className="plots">
          {plotKinds().map(({ title, lines, words }) => (
            <Plot
              key={title}
              title={title}
              lines={lines.map(([name, measure]) => lineOf(name, measure, readings))}
              words={words}
            />
          ))}
        </div>
      )}
    </div>
  );
}
