/** What stands where between a source and Notion, added up. No I/O, and no schema: the console has it too. */
import type { ProofDay } from './api/overview.ts'

type Places = Omit<ProofDay, 'day' | 'source'>

/** Of several days or kinds; what their sources told is for the caller to add up. */
export function sumOfPlaces(rows: readonly Places[]): Places {
  const sum = (place: keyof Places) => rows.reduce((total, row) => total + row[place], 0)
  return {
    stored: sum('stored'),
    filed: sum('filed'),
    way: sum('way'),
    stuck: sum('stuck'),
    removed: sum('removed'),
    skipped: sum('skipped'),
    missing: sum('missing'),
    extra: sum('extra'),
  }
}
