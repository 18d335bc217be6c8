/** The four charts of one queue: waiting, working, backlog, throughput; they share x and cursor. */
import type { Percentiles, QueueSeries } from '@switchboard/shared/api/queues'
import { count, duration, rate } from '../format/numbers.ts'
import { Chart } from '../ui/chart.tsx'
import { backlogSentence, percentileSentence, spread, throughputSentence } from './queues-words.ts'

/** Fewer records are points, not a line. */
const FEW = 20
const SYNC = 'queues'

export function QueueCharts({ series }: { series: QueueSeries }) {
  const { queue, stepMs } = series
  const { at, points } = spread(series)
  const shared = {
    at,
    sync: SYNC,
    marks: series.marks.map((mark) => ({ at: Date.parse(mark.at) / 1000, label: mark.text })),
  }
  const perMinute = (of: number | undefined) => (of === undefined ? null : of / (stepMs / 60_000))
  const twoLanes = queue.lanes.length === 1 && queue.stage !== 'sweep'
  return (
    <div class="cols cols-2 charts">
      <Times
        title="Waiting time"
        what="Waiting time"
        series={series}
        shared={shared}
        all={queue.waiting}
        of={points.map((point) => point?.waiting ?? null)}
      />
      <Times
        title="Working time"
        what="Working time"
        series={series}
        shared={shared}
        all={queue.working}
        of={points.map((point) => point?.working ?? null)}
      />
      <Chart
        {...shared}
        title="Backlog"
        sentence={backlogSentence(series)}
        now={`${count(queue.owed)} now`}
        keys={twoLanes}
        format={count}
        whole
        lines={[
          {
            label: 'bulk',
            look: 'area',
            tone: 'bulk',
            values: points.map((point) => point?.backlog.bulk ?? null),
          },
          ...(twoLanes
            ? [
                {
                  label: 'live',
                  look: 'thick' as const,
                  tone: 'live' as const,
                  values: points.map((point) => point?.backlog.live ?? null),
                },
              ]
            : []),
        ]}
      />
      <Chart
        {...shared}
        title="Throughput"
        sentence={throughputSentence(series)}
        now={`per minute · ${rate(queue.outPerMinute)}`}
        keys
        format={rate}
        lines={[
          {
            label: 'done',
            look: 'bars',
            tone: 'neutral',
            values: points.map((point) =>
              perMinute(point === null ? undefined : point.settled.done + point.settled.unchanged),
            ),
          },
          {
            label: 'retried',
            look: 'bars',
            tone: 'warn',
            values: points.map((point) => perMinute(point?.settled.retried)),
          },
          {
            label: 'failed',
            look: 'bars',
            tone: 'bad',
            values: points.map((point) => perMinute(point?.settled.failed)),
          },
        ]}
      />
    </div>
  )
}

function Times({
  title,
  what,
  series,
  shared,
  all,
  of,
}: {
  title: string
  what: string
  series: QueueSeries
  shared: { at: number[]; sync: string; marks: { at: number; label: string }[] }
  all: Percentiles | null
  of: (Percentiles | null)[]
}) {
  const line = (name: 'p50' | 'p95' | 'p99', look: 'thick' | 'thin' | 'dotted') => ({
    label: name,
    look,
    tone: 'live' as const,
    // A log scale has no zero.
    values: of.map((percentiles) => (percentiles === null ? null : Math.max(1, percentiles[name]))),
  })
  return (
    <Chart
      {...shared}
      title={title}
      sentence={percentileSentence(what, series, all)}
      now={all === null ? 'log scale' : `log scale · p50 ${duration(all.p50)}`}
      format={duration}
      log="ms"
      band={[1, 0]}
      few={of.map((percentiles) => percentiles !== null && percentiles.samples < FEW)}
      lines={[line('p50', 'thick'), line('p95', 'thin'), line('p99', 'dotted')]}
    />
  )
}
