/** Server-sent events out of a stream of text, as they come. No I/O. */

export interface ServerEvent {
  event: string
  data: unknown
}

/** The whole events at the start of a text, and what is left of it. @throws SyntaxError */
export function eventsIn(text: string): { events: ServerEvent[]; rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n')
  const rest = blocks.pop() ?? ''
  return { events: blocks.flatMap((block) => readBlock(block)), rest }
}

function readBlock(block: string): ServerEvent[] {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  return data.length === 0 ? [] : [{ event, data: JSON.parse(data.join('\n')) as unknown }]
}
