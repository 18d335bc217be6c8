/** The parts that a page is built of: its head, its sections, figures. */
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

/**
 * The head of a page: its title, and the one sentence that answers the page's question in numbers
 * (a pure, tested function of the page's data makes it).
 * @param actions what the page does, beside it
 */
export function PageHead({
  title,
  say,
  crumbs = [],
  actions,
}: {
  title: ComponentChildren
  say?: ComponentChildren
  crumbs?: { text: string; href?: string }[]
  actions?: ComponentChildren
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${heading.current?.textContent ?? ''} · Switchboard`
  })
  return (
    <div class="head">
      <div>
        {crumbs.length > 0 && (
          <nav class="crumbs" aria-label="Where this is">
            {crumbs.map(({ text, href }, index) => (
              <>
                {index > 0 && <span aria-hidden="true">/</span>}
                {href === undefined ? (
                  <span class={isId(text) ? 'mono' : undefined}>{text}</span>
                ) : (
                  <a href={href}>{text}</a>
                )}
              </>
            ))}
          </nav>
        )}
        <h1 ref={heading}>
          <bdi>{title}</bdi>
        </h1>
        {/* It keeps its place while it is not known yet. */}
        <p class="say">{say}</p>
      </div>
      {actions !== undefined && <div class="btns">{actions}</div>}
    </div>
  )
}

/** An id is set apart from words. */
function isId(text: string): boolean {
  return !text.includes(' ') && /\d/.test(text)
}

/** A heading, a hairline, content. @param note what the numbers are of @param end at its right */
export function Section({
  title,
  note,
  end,
  children,
  class: more,
}: {
  title: ComponentChildren
  note?: ComponentChildren
  end?: ComponentChildren
  children?: ComponentChildren
  class?: string
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} class={more}>
      <div class="sec">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
        {end !== undefined && <span class="end">{end}</span>}
      </div>
      {children}
    </section>
  )
}

/** Figures in a line: a label, the number, what else belongs to it. */
export function Figures({
  of,
  class: more = 'figs',
}: {
  of: { label: string; big: ComponentChildren; sub?: ComponentChildren }[]
  class?: string
}) {
  return (
    <dl class={`${more} fig`}>
      {of.map(({ label, big, sub }) => (
        <div>
          <dt>{label}</dt>
          <dd class="big">{big}</dd>
          {sub !== undefined && <dd class="sub">{sub}</dd>}
        </div>
      ))}
    </dl>
  )
}

/** Facts: a word, what it is. A fact that is null is left out. */
export function Facts({ of }: { of: [string, ComponentChildren | null][] }) {
  return (
    <dl class="kv">
      {of
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  )
}

/**
 * Shares of a whole, side by side. Widths are set through the DOM: the CSP takes no style in HTML.
 * @param whole the full width; what the parts leave is empty
 */
export function Bar({
  parts,
  whole,
  label,
  bare = false,
}: {
  parts: { value: number; tone: string; hatch?: boolean }[]
  whole: number
  label: string
  bare?: boolean
}) {
  return (
    <div class={bare ? 'bar bare' : 'bar'} role="img" aria-label={label}>
      {parts
        .filter(({ value }) => value > 0)
        .map(({ value, tone, hatch }) => (
          <i
            class={hatch ? 'hatch' : `b-${tone}`}
            style={{ width: `${whole > 0 ? Math.min(100, (value / whole) * 100) : 0}%` }}
          />
        ))}
    </div>
  )
}
