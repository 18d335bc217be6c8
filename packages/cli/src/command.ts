/**
 * How a command begins and ends: what it opened is put away however it ends (done, failed, or
 * stopped by a signal), and people are told what went wrong.
 */
import { onStop } from './signals.ts'
import { explain } from './settings.ts'

export interface Command {
  /** @returns whether all of it went well */
  main(): Promise<boolean>
  /** Puts away what `main` has opened by then. */
  close(): unknown
  /** What went wrong, for people. */
  explain?: (error: unknown) => string
  /** Where a signal lets `main` come to its end by itself; else it ends the command. */
  stop?: () => void
}

/** Runs a command and ends the process: exit code 0 where all went well. */
export async function runCommand(command: Command): Promise<never> {
  const end = async (code: number): Promise<never> => {
    try {
      await command.close()
    } finally {
      process.exit(code)
    }
  }
  onStop(() => {
    if (command.stop === undefined) void end(1)
    else command.stop()
  })
  try {
    return await end((await command.main()) ? 0 : 1)
  } catch (error) {
    process.stderr.write(`${(command.explain ?? explain)(error)}\n`)
    return end(1)
  }
}
