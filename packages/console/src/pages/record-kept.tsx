/** What is kept of a record: page, vectors, files, analysis, and what is still owed. */
import type { RecordDetails } from '@switchboard/shared/api/records'
import { bytes, count, counted } from '../format/numbers.ts'
import { shortId } from '../format/party.ts'
import { Facts, Section } from '../ui/layout.tsx'
import { Status, Time } from '../ui/words.tsx'

const WORK_STATE = {
  done: 'done',
  waiting: 'waiting',
  working: 'running',
  retrying: 'retrying',
  parked: 'parked',
} as const

export function WhatWeKeep({ record }: { record: RecordDetails }) {
  const { page, vectors, files, analysis, parts } = record
  const owed = record.work.filter(({ state }) => state !== 'done')
  return (
    <Section title="What we keep">
      <Facts
        of={[
          [
            'Notion page',
            page?.id == null ? (
              'none'
            ) : page.url === null ? (
              'removed'
            ) : (
              <>
                <a class="mono" href={page.url} target="_blank" rel="noreferrer">
                  {shortId(page.id)}
                </a>
                {page.writtenAt !== null && (
                  <>
                    , written <Time at={page.writtenAt} />
                  </>
                )}
              </>
            ),
          ],
          ['Vectors', vectors === null ? 'none' : counted(vectors.chunks, 'chunk')],
          [
            'Files',
            files.length === 0 ? null : (
              <ul>
                {files.map((file) => (
                  <li>
                    {file.url === null ? (
                      `none: ${file.error ?? 'not stored'}`
                    ) : (
                      <>
                        <a href={file.url} target="_blank" rel="noreferrer">
                          {file.contentType?.startsWith('audio/') ? 'Play' : 'Open'}
                        </a>
                        , {file.contentType}, {bytes(file.sizeBytes ?? 0)}
                        {file.sha256 !== null && (
                          <>
                            , sha-256 <span class="mono">{shortId(file.sha256)}</span>
                          </>
                        )}
                      </>
                    )}
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Analysis',
            analysis === null || analysis.model === '' ? null : (
              <>
                prompt {analysis.promptVersion}, {analysis.model}
                {analysis.dropped !== null &&
                  analysis.dropped > 0 &&
                  `; ${counted(analysis.dropped, 'claim')} without words left out`}
              </>
            ),
          ],
          [
            'Parts',
            parts.length === 0
              ? null
              : parts.map(({ part, characters }) => `${part}, ${count(characters)}`).join('; '),
          ],
          ['Gone at OpenPhone', record.goneAt === null ? null : <Time at={record.goneAt} />],
          [
            'Owed',
            owed.length === 0 ? null : (
              <ul>
                {owed.map((one) => (
                  <li>
                    <Status is={WORK_STATE[one.state]}>
                      {one.stage}, {one.state}
                    </Status>
                    {one.willBeDoneAt !== null && (
                      <>
                        , will be done at <Time at={one.willBeDoneAt} />
                      </>
                    )}
                    {(one.reason ?? one.error) !== null && (
                      <span class="more soft"> {one.reason ?? one.error}</span>
                    )}
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Dead letters',
            record.letters.some(({ open }) => open) ? (
              <a href={`/letters?q=${encodeURIComponent(record.id)}`}>
                {counted(record.letters.filter(({ open }) => open).length, 'open letter')}
              </a>
            ) : null,
          ],
        ]}
      />
    </Section>
  )
}
