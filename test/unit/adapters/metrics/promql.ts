/** Words of PromQL that are no metric. */
const WORDS = new Set([
  ..."sum min max avg count rate increase histogram_quantile min_over_time max_over_time label_values".split(" "),
  ..."by without and or unless on ignoring group_left".split(" "),
]);

/** The metrics that a query asks for, and the labels by which it selects or groups. */
export function namesIn(query: string): { metrics: string[]; labels: string[] } {
  const labels: string[] = [];
  const rest = query
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\{([^}]*)\}/g, (_all, matchers: string) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label));
      return "";
    })
    .replaceAll(/\b(by|without|on|ignoring)\s*\(([^)]*)\)/g, (_all, _word, list: string) => {
      labels.push(...list.split(",").map((label) => label.trim()));
      return "";
    })
    .replaceAll(/(label_values\(\s*\w+)\s*,\s*(\w+)/g, (_all, kept: string, label: string) => {
      labels.push(label);
      return kept;
    });
  const words = [...rest.matchAll(/[A-Za-z_:][\w:]*/g)].map(([word]) => word);
  return { metrics: [...new Set(words.filter((word) => !WORDS.has(word)))], labels: [...new Set(labels)] };
}
