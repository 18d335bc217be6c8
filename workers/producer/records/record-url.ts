/** Where the console shows a record, from the origin of the door. @param record by its kind and id */
export function recordUrl({ kind, id }: { kind: string; id: string }): string {
  return `/records/${kind}/${encodeURIComponent(id)}`
}
