import { fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import type { EventConsumer } from '../models/contracts/event-log.ts'

/** So much nicer than the process that stores: where cores are few and a backlog is long, rows come first. */
const NICER = 10
const LAG_MS_MAX = 4_000
const STOP_MS_MAX = 4_500

type Lag = Awaited<ReturnType<EventConsumer['lag']>>
type Message = { lag?: Lag; retried?: string }
export type Profiles = Pick<EventConsumer, 'lag'> & { stop(): Promise<void> }

/** Starts the process of live profiles. `ended` is called when it ends by itself. */
export function startProfiles(ports: { retried(what: string): void; ended(error: Error): void }): Profiles {
  const child = fork(join(import.meta.dirname, 'profiles.ts'))
  if (child.pid !== undefined)
    setPriority(child.pid, Math.min(constants.priority.PRIORITY_LOW, getPriority() + NICER))
  let isStopping = false
  child.once('exit', (code, signal) => {
    if (!isStopping) ports.ended(new Error(`live profiles ended: ${signal ?? `exit code ${code}`}`))
  })
  child.on('message', ({ retried }: Message) => {
    if (retried !== undefined) ports.retried(retried)
  })
  return {
    async lag() {
      if (!child.connected) return []
      const signal = AbortSignal.timeout(LAG_MS_MAX)
      child.send('lag')
      for (;;) {
        const [message] = (await once(child, 'message', { signal })) as [Message]
        if (message.lag) return message.lag
      }
    },
    async stop() {
      isStopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      const ended = once(child, 'exit')
      if (child.connected) child.disconnect()
      await ended
      clearTimeout(timer)
    }
  }
}
