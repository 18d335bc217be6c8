/** How far a run was, minute by minute, and beside it the gate that most runs wait for. */
import type { Gate } from '@switchboard/shared/api/queues'
import type { Run } from '@switchboard/shared/api/runs'
import { count, percent } from '../format/numbers.ts'
import { usePoll } from '../poll.ts'
import { Chart } from '../ui/chart.tsx'
import { gateOfRun, gateOfRunWords } from './run-gate.ts'

interface Far {
  items: { at: string; listed: number; settled: number }[]
}

const GATE = 'notion'

export function RunCharts({ path, run }: { path: string; run: Run }) {
  const page = run.state === 'running' ? 'runs' : null
  const far = usePoll<Far>(`${path}/progress`, page).data?.items ?? []
  const gates = usePoll<{ items: Gate[] }>('/api/gates', page).data?.items ?? []
  const gate = gates.find(({ name }) => name === GATE)
  const granted = gate === undefined ? null : gateOfRun(gate, run)
  const drawn = far.length >= 2
  if (!drawn && granted === null) return null
  return (
    <div class={drawn && granted !== null ? 'cols cols-2 run-chart' : 'run-chart'}>
      {drawn && <Progress items={far} run={run} />}
      {gate !== undefined && granted !== null && (
        <Chart
          title={`${gate.label} requests a minute`}
          sentence={gateOfRunWords(gate, granted)}
          now={`budget ${count(granted.perMinute)}, ${percent(granted.used, granted.perMinute)} used`}
          keys
          format={count}
          whole
          at={granted.at}
          limit={{ value: granted.perMinute, label: 'budget' }}
          lines={[
            { label: 'live', look: 'bars', tone: 'live', values: granted.live },
            { label: 'bulk', look: 'bars', tone: 'bulk', values: granted.bulk },
          ]}
        />
      )}
    </div>
  )
}

function Progress({ items, run }: { items: Far['items']; run: Run }) {
  const { listed, open } = run.total
  return (
    <Chart
      title="Progress"
      sentence={`${count(listed - open)} of ${count(listed)} conversations are settled.`}
      now={`${count(listed - open)} of ${count(listed)} settled`}
      keys
      at={items.map(({ at }) => Date.parse(at) / 1000)}
      lines={[
        { label: 'listed', tone: 'neutral', look: 'thin', values: items.map((one) => one.listed) },
        { label: 'settled', tone: 'live', look: 'area', values: items.map((one) => one.settled) },
      ]}
      format={count}
      whole
    />
  )
}
