import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

export type Responses = {
  /** Notes a response that has begun. */
  add(response: ServerResponse): void
  /** From now on each response closes its connection. Resolves when all are sent, or after the time given. */
  finish(withinMs: number): Promise<void>
}

/** A stop must not cut an answer that is on its way: its receiver would send its rows again. */
export function trackResponses(): Responses {
  const open = new Set<ServerResponse>()
  let stopping = false
  let allSent: (() => void) | undefined
  return {
    add(response) {
      open.add(response)
      if (stopping) response.setHeader('Connection', 'close')
      response.once('close', () => {
        open.delete(response)
        if (open.size === 0) allSent?.()
      })
    },
    async finish(withinMs) {
      stopping = true
      for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close')
      if (open.size === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      allSent = resolve
      await Promise.race([promise, wait(withinMs, undefined, { ref: false })])
    }
  }
}
