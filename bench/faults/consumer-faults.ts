import { setTimeout as wait } from 'node:timers/promises'
import type { Member } from './crew.ts'
import type { Fault, Round } from './fault.ts'
import type { Point } from './points.ts'
import { drawInserting } from './service-faults.ts'

/** Longer than the session time-out of a consumer that is gone, by which the group is shared out anew. */
const SESSION_MS = 11_500
const TAKE_OVER_MS = 1_000
/** One of its first blocks is the one that ends badly. */
const BLOCKS_MAX = 6
const CONSUMERS_MAX = 3
const MOVES = 4
const MORE_AFTER_MS = 5_000
const MORE_EVENTS = 100

export function killAt(point: Point): Fault {
  return {
    kind: 'kill -9 of a consumer',
    name: point,
    async strike({ crew, traffic, random, events }) {
      const act = { point, nth: 1 + random.below(BLOCKS_MAX), signal: 'SIGKILL' } as const
      const member = crew.join(act)
      if (random.chance(0.3)) crew.join()
      await traffic.send(events / 2)
      await sendUntilReached(member, traffic)
      await traffic.send(events / 2)
      return 1
    }
  }
}

/** Where another has joined first, it may have stored all that there was: then there must be more. */
async function sendUntilReached(member: Member, traffic: Round['traffic']): Promise<void> {
  let isWaiting = true
  const reached = member.reached().finally(() => (isWaiting = false))
  for (;;) {
    await Promise.race([reached, wait(MORE_AFTER_MS)])
    if (!isWaiting) return reached
    await traffic.send(MORE_EVENTS)
  }
}

export async function killAnywhere({ world, crew, traffic, random, events }: Round): Promise<number> {
  const member = crew.join()
  await traffic.send(events / 2)
  await world.waitUntilStored()
  const sending = traffic.send(events / 2)
  await wait(drawInserting(random))
  member.signal('SIGKILL')
  await sending
  return 1
}

/** It stops in the middle of a block, another does the block and goes on, and then it wakes and wants to go on too. */
export function zombieAt(point: Point): Fault {
  return {
    kind: 'SIGSTOP past the session, then SIGCONT',
    name: point,
    async strike({ world, crew, traffic, random, events }) {
      const zombie = crew.join({ point, nth: 1 + random.below(BLOCKS_MAX), signal: 'SIGSTOP' })
      await traffic.send(events / 3)
      await zombie.reached()
      const other = crew.join()
      await wait(SESSION_MS)
      await traffic.send(events / 3)
      await world.waitUntilStored()
      // Else the zombie would share with the other; now what it was at in its block comes back to it.
      const comesBack = random.chance(0.5)
      if (comesBack) await other.leave()
      zombie.signal('SIGCONT')
      await traffic.send(events / 3)
      if (!comesBack) await wait(TAKE_OVER_MS)
      return 1
    }
  }
}

export async function rebalance({ crew, traffic, random, events }: Round): Promise<number> {
  const members = [crew.join()]
  for (let move = 0; move < MOVES; move++) {
    const sending = traffic.send(events / MOVES)
    await wait(500 + random.below(1_500))
    const isFull = members.length === CONSUMERS_MAX
    const [oldest] = members
    if (oldest && (isFull || (members.length > 1 && random.chance(0.3)))) {
      await oldest.leave()
      members.shift()
    } else members.push(crew.join())
    await sending
  }
  return MOVES
}
