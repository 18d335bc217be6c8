/** Which action items are open: all that nobody has marked as done (done-actions.ts). */

/** SQL condition: an action item of a record that nobody has done. @param item its JSON */
export function isOpen(kind: string, id: string, item: string): string {
  return `NOT EXISTS (SELECT 1 FROM done_actions d
    WHERE d.kind = ${kind} AND d.id = ${id} AND d.words = ${item} ->> 'text')`
}
