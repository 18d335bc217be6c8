/** The Prometheus text format, version 0.0.4. No I/O. */

type Labels = Record<string, string>

export interface Sample {
  labels?: Labels
  value: number
}

export interface Metric {
  name: string
  help: string
  type: 'counter' | 'gauge'
  samples: Sample[]
}

/** A histogram's buckets hold what is at most `le`, all smaller ones included. */
export interface HistogramMetric {
  name: string
  help: string
  type: 'histogram'
  series: { labels: Labels; buckets: { le: number; count: number }[]; sum: number; count: number }[]
}

/** Every metric is there with its help and type, even where it has no sample yet. */
export function toText(metrics: readonly (Metric | HistogramMetric)[]): string {
  return metrics
    .map((metric) =>
      [
        `# HELP ${metric.name} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
        `# TYPE ${metric.name} ${metric.type}`,
        ...(metric.type === 'histogram'
          ? metric.series.flatMap((series) => histogramLines(metric.name, series))
          : metric.samples.map(({ labels, value }) => line(metric.name, labels ?? {}, value))),
      ].join('\n'),
    )
    .join('\n')
    .concat('\n')
}

function histogramLines(
  name: string,
  { labels, buckets, sum, count }: HistogramMetric['series'][number],
): string[] {
  return [
    ...buckets.map((bucket) =>
      line(`${name}_bucket`, { ...labels, le: String(bucket.le) }, bucket.count),
    ),
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ]
}

function line(name: string, labels: Labels, value: number): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
