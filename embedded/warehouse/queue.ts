import { WarehouseError } from './errors.ts'

export type Queue = {
  /** Runs `work` with a slot of its own as soon as one is free; too many waiting, or too long, is error 202. */
  run<T>(work: (slot: number) => Promise<T>): Promise<T>
  /** Resolves when nothing runs any more, or after the time given; answers how many still do. */
  drain(withinMs: number): Promise<number>
}

/** The engine gets a thread for each running statement, so their number is fixed. */
export function createQueue(limits: { slots: number; waitingMax: number; waitMsMax: number }): Queue {
  const free = Array.from({ length: limits.slots }, (_, slot) => slot)
  const waiting: ((slot: number) => void)[] = []
  const idle: (() => void)[] = []

  function take(): Promise<number> {
    const slot = free.pop()
    if (slot !== undefined) return Promise.resolve(slot)
    if (waiting.length >= limits.waitingMax) return Promise.reject(tooMany())
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(give), 1)
        reject(tooMany())
      }, limits.waitMsMax)
      function give(slot: number): void {
        clearTimeout(timer)
        resolve(slot)
      }
      waiting.push(give)
    })
  }

  function release(slot: number): void {
    const next = waiting.shift()
    if (next) return next(slot)
    free.push(slot)
    if (free.length === limits.slots) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    async run(work) {
      const slot = await take()
      try {
        return await work(slot)
      } finally {
        release(slot)
      }
    },
    async drain(withinMs) {
      if (free.length < limits.slots) {
        await new Promise<void>((resolve) => {
          idle.push(resolve)
          setTimeout(resolve, withinMs).unref()
        })
      }
      return limits.slots - free.length
    }
  }
}

export const tooMany = (): WarehouseError =>
  new WarehouseError({
    code: 202,
    name: 'TOO_MANY_SIMULTANEOUS_QUERIES',
    message: 'Too many simultaneous queries. Try again later'
  })
