/** Where a page is, as far as an answer tells: in the trash, or in which data source. No I/O. */
import { pageId as canonical } from './ids.ts'
import type { Page } from './wire.ts'

/** Older answers say `archived`. */
export function isTrashed({ in_trash, archived }: Pick<Page, 'in_trash' | 'archived'>): boolean {
  return in_trash || archived
}

/** Whether the page is one of this data source's, as far as the answer tells. */
export function isIn({ parent }: Page, dataSourceId: string): boolean {
  return parent === undefined || canonical(parent.data_source_id ?? '') === canonical(dataSourceId)
}
