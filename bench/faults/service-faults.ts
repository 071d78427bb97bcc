import { setTimeout as wait } from 'node:timers/promises'
import { BLOCK_AGE_MS_MAX } from '../../ingest/partition.ts'
import { breakView } from './break-view.ts'
import type { Round } from './fault.ts'
import type { Random } from './random.ts'

/** How long after the first of many sends blocks are old enough to be stored, give or take what a draw gives. */
export const drawInserting = (random: Random): number => BLOCK_AGE_MS_MAX - 300 + random.below(900)

export async function restartBroker(
  { world, crew, traffic, random, events }: Round,
  isKilled: boolean
): Promise<number> {
  crew.join()
  if (random.chance(0.5)) crew.join()
  await traffic.send(events / 4)
  await world.waitUntilStored()
  const sending = traffic.send(events / 2)
  await wait(drawInserting(random))
  if (isKilled) await world.kafka.kill('SIGKILL')
  await world.kafka.restart()
  await sending
  await traffic.send(events / 4)
  return 1
}

export async function stopWarehouse(
  { world, crew, traffic, random, events }: Round,
  how: 'freeze' | 'kill',
  forMs = 2_000 + random.below(3_000)
): Promise<number> {
  crew.join()
  if (random.chance(0.3)) crew.join()
  await traffic.send(events / 4)
  await world.waitUntilStored()
  const sending = traffic.send(events / 2)
  await wait(drawInserting(random))
  await world.warehouse[how](forMs)
  await sending
  await traffic.send(events / 4)
  return 1
}

/** The block is in the raw table and in some marts when its consumer dies; the others must get it from the next one. */
export async function failView(
  { world, crew, traffic, random, events }: Round,
  source: string
): Promise<number> {
  const member = crew.join()
  await traffic.send(events / 4)
  await world.waitUntilStored()
  const broken = await breakView(world.warehouse, source, random)
  await traffic.send(events / 4)
  await broken.waitUntilHalf()
  member.signal('SIGKILL')
  await broken.mend()
  await traffic.send(events / 2)
  return 2
}

export async function sendTwice({ crew, traffic, random, events }: Round): Promise<number> {
  const consumers = 1 + random.below(3)
  for (let i = 0; i < consumers; i++) crew.join()
  await traffic.sendTwice(events / 2)
  return 1
}
