import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

/** Thrown by an attempt that nobody wants any more: it is not tried again. */
export class Abandoned extends Error {}

export type RetryForEver = <Value>(what: string, attempt: () => Promise<Value>) => Promise<Value>

const WAIT_MS_MIN = 100
const WAIT_MS_MAX = 10_000

/** Giving up would lose rows, so a service that is down is waited for, with growing pauses, until the process is told to stop. */
export function retryForEver(
  log: Logger,
  stopped: AbortSignal,
  failed: (what: string) => void = () => undefined
): RetryForEver {
  return async (what, attempt) => {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt()
      } catch (error) {
        if (stopped.aborted || error instanceof Abandoned) throw error
        failed(what)
        const waitMs = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(tries - 1, 10))
        log.warn({ what, tries, wait_ms: waitMs, error: messageOf(error) }, 'failed, will try again')
        await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal: stopped })
      }
    }
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.slice(0, 500) : String(error)
