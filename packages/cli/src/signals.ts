/** Who is told of the signals that end this process: us alone. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const ours = new WeakSet<object>()

/** A handler for the signals that end this process; it survives `keepOwnListeners`. */
export function onStop(listener: (signal: NodeJS.Signals) => void): void {
  ours.add(listener)
  for (const signal of SIGNALS) process.on(signal, listener)
}

/** Takes away whatever libraries listen for these signals. */
export function keepOwnListeners(): void {
  for (const signal of SIGNALS) {
    const own = process.listeners(signal).filter((listener) => ours.has(listener))
    process.removeAllListeners(signal)
    for (const listener of own) process.on(signal, listener)
  }
}
