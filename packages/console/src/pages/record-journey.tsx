/** Every step of a record in the order of time, by revision: waiting hatched, working solid. */
import type { JourneyStep } from '@switchboard/shared/api/records'
import { duration } from '../format/numbers.ts'
import { Section } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { StatusIcon, Time } from '../ui/words.tsx'
import type { State } from '../ui/words.tsx'
import { groupsOf } from './journey-bars.ts'
import type { Gantt } from './journey-bars.ts'

const STEP_STATE = {
  done: 'done',
  unchanged: 'skipped',
  retrying: 'retrying',
  waiting: 'waiting',
  parked: 'parked',
  failed: 'failed',
  kept: 'kept',
} as const satisfies Record<JourneyStep['state'], State>

export function Journey({ journey, path }: { journey: JourneyStep[]; path: string }) {
  return (
    <Section
      title="Journey"
      note="hatched: waiting, solid: working; each revision on its own scale"
      end={
        <a href={path} target="_blank" rel="noreferrer">
          As JSON
        </a>
      }
    >
      {journey.length === 0 && <Empty>Nothing was noted of it yet.</Empty>}
      <ol class="journey">
        {groupsOf(journey).map(({ revision, says, steps }) => (
          <>
            <li class="rev">
              <b>Revision {revision}</b>
              {says !== null && (
                <span class="soft">
                  {says.what} · <Time at={says.at} precise />
                </span>
              )}
            </li>
            {steps.map(({ step, bar }) => (
              <Step step={step} bar={bar} />
            ))}
          </>
        ))}
      </ol>
    </Section>
  )
}

function Step({ step, bar }: { step: JourneyStep; bar: Gantt | null }) {
  const took = step.workedMs === null ? null : duration(step.workedMs)
  const waited = step.waitedMs === null || step.waitedMs < 100 ? null : duration(step.waitedMs)
  return (
    <li>
      <span class="when">
        <Time at={step.at} precise />
      </span>
      <StatusIcon is={STEP_STATE[step.state]} />
      <span class="where">{step.where}</span>
      <span class="what">
        {step.what}
        {(step.detail !== null || waited !== null) && (
          <span class="more">
            {[step.detail, waited === null ? null : `waited ${waited}, ${step.lane ?? ''}`]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
      </span>
      {bar === null ? (
        <span />
      ) : (
        <span class="gantt" aria-hidden="true">
          {bar.waited > 0 && (
            <i class="hatch" style={{ left: `${bar.from}%`, width: `${bar.waited}%` }} />
          )}
          <i
            class={step.state === 'failed' || step.state === 'retrying' ? 'b-bad' : 'b-live'}
            style={{ left: `${bar.from + bar.waited}%`, width: `${bar.worked}%` }}
          />
        </span>
      )}
      <span class="took">{took}</span>
    </li>
  )
}
