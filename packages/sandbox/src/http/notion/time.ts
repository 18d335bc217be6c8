/** Notion's times: kept in ms, shown and filtered cut to the minute. No I/O. */

export function toMinute(ms: number): number {
  return Math.floor(ms / 60_000) * 60_000
}

export function showTime(ms: number): string {
  return new Date(toMinute(ms)).toISOString()
}
