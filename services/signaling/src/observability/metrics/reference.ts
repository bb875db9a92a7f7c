import type { Registry } from 'prom-client';

/** What can be said of a metric without its values. */
interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: string;
}

const introduction = `# Metrics of a node

Generated from the registry of a node; a test compares the two, and writes this file anew with
\`npm test -- services/signaling/src/observability -u\`. Served at \`/metrics\` on \`OPS_PORT\`.

Durations are in seconds. Labels have few values, from closed lists: no metric names a room, a
session, a user or a tenant. Which node it is about is for the label \`instance\` to say, which
Prometheus adds. \`…\` stands for the other refusals of
[SPEC.md](../../packages/protocol/SPEC.md), which appear when they first happen.
`;

/** The reference of all metrics, as it is in deploy/prometheus/METRICS.md. */
export async function describeMetrics(registry: Registry): Promise<string> {
  const metrics = await registry.getMetricsAsJSON();
  const described = metrics.map(({ name, help, type, values }): Described => {
    const { labelNames } = registry.getSingleMetric(name) as unknown as Labelled;
    const series = (values as Series[]).map(({ labels }) => labels);
    return { name, help, type: `${type}`, labels: describeLabels({ name, labelNames, series }) };
  });
  const isOwn = ({ name }: Described) => name.startsWith('switchboard_');
  const own = described.filter(isOwn);
  const inherited = described.filter((metric) => !isOwn(metric));
  return [
    introduction,
    '## Switchboard\n',
    tableOf(own),
    '\n## The process and Node.js\n',
    tableOf(inherited),
    '',
  ].join('\n');
}

/** What prom-client knows of a metric, though its types do not say so. */
interface Labelled {
  readonly labelNames: readonly string[];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels whose values a node lists in part, as more appear when they first happen. */
const openEnded: readonly string[] = ['outcome', 'code'];

function describeLabels(metric: {
  name: string;
  labelNames: readonly string[];
  series: readonly Series['labels'][];
}): string {
  // What the process has at the moment is another one on every machine.
  const series = metric.name.startsWith('switchboard_') ? metric.series : [];
  const describe = (label: string) => {
    const values = [...new Set(series.flatMap((labels) => labels[label] ?? []))];
    if (values.length === 0) return `\`${label}\``;
    const isOpen = openEnded.includes(label) && values.includes('ok');
    return `\`${label}\`: ${[...values, ...(isOpen ? ['…'] : [])].join(', ')}`;
  };
  return metric.labelNames.map(describe).join('; ');
}

function tableOf(metrics: readonly Described[]): string {
  const sorted = metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const cells = [
    ['name', 'type', 'labels', 'meaning'],
    ...sorted.map(({ name, type, labels, help }) => [`\`${name}\``, type, labels, help]),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [header = [], ...rows] = cells;
  const rule = widths.map((width) => '-'.repeat(width));
  return [header, rule, ...rows].map(line).join('\n');
}
