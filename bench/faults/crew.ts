import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ConsumerOrders } from './consumer.ts'
import { waitUntil } from './wait-until.ts'
import type { World } from './world.ts'

const SCRIPT = fileURLToPath(new URL('consumer.ts', import.meta.url))
const RESTARTS_MAX = 10
const RESTART_AFTER_MS = 200
const STOP_MS_MAX = 8_000
const REACHED_MS_MAX = 60_000
const LINES_KEPT = 500

/** A place in the crew: a consumer process, started again when it dies, as a supervisor would. */
export type Member = {
  /** Until the process did to itself what it was ordered to. */
  reached(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** In good order: it leaves the group, and its place is empty from then on. */
  leave(): Promise<void>
  /** At once, and its place is empty from then on. */
  kill(): Promise<void>
}

export type Crew = {
  /** Who is not replaced stays away when it has died. */
  join(act?: ConsumerOrders['act'], options?: { isReplaced: boolean }): Member
  leave(): Promise<void>
  kill(): Promise<void>
  /** What the processes wrote, the newest last. */
  lines: string[]
  restarts(): number
}

/** The consumer processes of a round. */
export function openCrew({ connection: kafka, warehouse }: World): Crew {
  const members: Member[] = []
  const lines: string[] = []
  let restarts = 0
  function keep(line: string): void {
    lines.push(line)
    if (lines.length > LINES_KEPT) lines.shift()
  }
  return {
    join(act, { isReplaced } = { isReplaced: true }) {
      const orders = { kafka, clickhouse: warehouse.address }
      const member = startMember(act ? { ...orders, act } : orders, {
        keep,
        // The one that replaces it has no order to die.
        next: () => (isReplaced && ++restarts <= RESTARTS_MAX ? orders : undefined)
      })
      members.push(member)
      return member
    },
    lines,
    restarts: () => restarts,
    leave: async () => void (await Promise.all(members.map((member) => member.leave()))),
    kill: async () => void (await Promise.all(members.map((member) => member.kill())))
  }
}

function startMember(
  orders: ConsumerOrders,
  { keep, next }: { keep(line: string): void; next(): ConsumerOrders | undefined }
): Member {
  let isLeaving = false
  let hasReached = false
  let child = start(orders)

  function start(told: ConsumerOrders): ChildProcess {
    const args = ['--disable-warning=TimeoutNegativeWarning', SCRIPT, JSON.stringify(told)]
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [started.stdout, started.stderr]) {
      if (!stream) continue
      createInterface(stream).on('line', (line) => {
        keep(`${started.pid} ${line}`)
        if (line.includes('"msg":"reached"')) hasReached = true
      })
    }
    started.once('exit', (code, signal) => {
      keep(`${started.pid} ended: ${signal ?? code}`)
      const again = isLeaving ? undefined : next()
      if (again) {
        void wait(RESTART_AFTER_MS).then(() => {
          if (!isLeaving) child = start(again)
        })
      }
    })
    return started
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    isLeaving = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await ended
    clearTimeout(timer)
  }

  return {
    reached: () => waitUntil('a consumer came to where it should', REACHED_MS_MAX, () => hasReached),
    signal: (signal) => void child.kill(signal),
    leave: () => end('SIGTERM'),
    kill: () => end('SIGKILL')
  }
}
