import { setTimeout as wait } from 'node:timers/promises'

const LOOK_AGAIN_MS = 200

/** Looks until it is so; an error says what never was. What `look` throws counts as not yet: something may be down. */
export async function waitUntil(
  what: string,
  msMax: number,
  look: () => boolean | Promise<boolean>
): Promise<void> {
  const end = performance.now() + msMax
  let cause: unknown
  for (;;) {
    try {
      if (await look()) return
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() > end) throw new Error(`waited ${msMax / 1_000} s in vain: ${what}`, { cause })
    await wait(LOOK_AGAIN_MS)
  }
}
