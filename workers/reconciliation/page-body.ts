/** The blocks of a page: the transcript below, and the block on top that follows the analysis. */
import type { Claim } from '@switchboard/consumer/ports'
import { bodyBlocks } from '@switchboard/notion/body'
import type { Block } from '@switchboard/notion/body'
import { alsoMarked, isMarked } from '@switchboard/notion/mark'
import type { PageContent } from '@switchboard/notion/pages/content'
import type { OwedPage, ReconcilePorts, StoredPage } from './reconcile-ports.ts'
import { inDoubt, isLate, leaseLost } from './sending.ts'

const BLOCKS_A_REQUEST = 100
const BYTES_A_REQUEST = 400_000

/** Appends what of the body is not on the page. @returns what is there, and what stands on top */
export async function completeBody(
  owed: OwedPage,
  page: StoredPage & { pageId: string },
  content: PageContent,
  ports: ReconcilePorts,
): Promise<{ blocks: number; top: string | null }> {
  const blocks = bodyBlocks(content.body, content.top).flat()
  if (blocks.length === 0 || (page.blocks ?? 0) >= blocks.length)
    return { blocks: page.blocks ?? 0, top: page.top }
  // An append of an earlier try may have landed unseen.
  const known = owed.claim.tries === 1 && page.sentAt === null ? page.blocks : null
  const there = known ?? (await ports.notion.countBlocks(page.pageId))
  const { topMark } = content
  const begins = there === 0 && topMark !== null
  if (begins && !(await ports.store.noteTop(topMark))) throw leaseLost()
  return {
    blocks: await appendAll(owed.claim, page.pageId, blocks.slice(there), there, ports),
    top: begins ? topMark : page.top,
  }
}

/**
 * Has the block on top say what is known now, if it still says what we wrote.
 * @returns what stands there; null: it is a person's, or none of ours
 */
export async function followOnTop(
  claim: Claim,
  { pageId, top }: StoredPage & { pageId: string },
  { top: [block], topMark }: PageContent,
  ports: ReconcilePorts,
): Promise<string | null> {
  if (top === null || block === undefined || topMark === null || top === topMark) return top
  const first = await ports.notion.firstBlock(pageId)
  if (first === null || first.text === null || !(await isMarked(top, first.text))) return null
  await ports.notion.acquire()
  if (isLate(claim, ports)) throw leaseLost()
  if (!(await ports.store.noteTop(alsoMarked(top, topMark)))) throw leaseLost()
  await inDoubt(ports, ports.now(), () => ports.notion.rewrite(first.id, block))
  return topMark
}

/** A request after the other, each noted as it lands. @returns how many blocks there are then */
export async function appendAll(
  claim: Claim,
  pageId: string,
  blocks: Block[],
  there: number,
  ports: ReconcilePorts,
): Promise<number> {
  let appended = there
  for (const part of inRequests(blocks)) {
    await ports.notion.acquire()
    if (isLate(claim, ports)) throw leaseLost()
    await inDoubt(ports, ports.now(), () => ports.notion.append(pageId, part))
    appended += part.length
    await ports.store.noteBlocks(appended)
  }
  return appended
}

function inRequests(blocks: Block[]): Block[][] {
  const requests: Block[][] = []
  let bytes = 0
  for (const block of blocks) {
    const size = JSON.stringify(block).length * 2
    const open = requests.at(-1)
    if (open === undefined || open.length === BLOCKS_A_REQUEST || bytes + size > BYTES_A_REQUEST) {
      requests.push([block])
      bytes = size
    } else {
      open.push(block)
      bytes += size
    }
  }
  return requests
}
