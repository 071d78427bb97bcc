import { WAREHOUSE_GROUP } from '../../ingest/group.ts'
import type { Round } from './fault.ts'
import type { Random } from './random.ts'
import { waitUntil } from './wait-until.ts'
import { allTopics, type World } from './world.ts'

const BLOCKS_MAX = 6
/** A consumer that was killed is taken for alive until its session ends. */
const EMPTY_MS_MAX = 20_000
/** Each takes the client some seconds. */
const TOPICS_SET_BACK = 2

export async function loseOffsets(
  { world, crew, traffic, random, events }: Round,
  lose: (world: World, random: Random) => Promise<void>
): Promise<number> {
  const first = crew.join()
  await traffic.send(events / 2)
  await world.waitUntilStored()
  await traffic.send(events / 4)
  await first.leave()
  await lose(world, random)
  crew.join()
  await traffic.send(events / 4)
  return 1
}

/** Its intent is gone with the group, its rows are not: nobody can know the range that they were stored under. */
export async function loseIntent({ world, crew, traffic, random, events }: Round): Promise<number> {
  const point = random.of(['before insert', 'after insert', 'after rejected', 'after record'] as const)
  const act = { point, nth: 1 + random.below(BLOCKS_MAX), signal: 'SIGKILL' } as const
  const first = crew.join(act, { isReplaced: false })
  await traffic.send(events / 2)
  await first.reached()
  await deleteOffsets(world)
  crew.join()
  await traffic.send(events / 2)
  return 2
}

/** As Kafka does with a group that nobody has read in for a week. */
export async function deleteOffsets(world: World): Promise<void> {
  await world.withAdmin((admin) =>
    waitUntil('the group can be deleted', EMPTY_MS_MAX, async () => {
      await admin.deleteGroups([WAREHOUSE_GROUP])
      return true
    })
  )
}

/** Of some topics, each partition to an older offset or to the start: what an operator does by mistake. */
export async function setBackOffsets(world: World, random: Random): Promise<void> {
  await world.withAdmin(async (admin) => {
    for (const topic of random.shuffle(allTopics).slice(0, TOPICS_SET_BACK)) {
      const [committed] = await admin.fetchOffsets({ groupId: WAREHOUSE_GROUP, topics: [topic] })
      const partitions = (committed?.partitions ?? []).map(({ partition, offset }) => {
        const older = random.chance(0.5) ? 0 : random.below(Math.max(1, Number(offset)))
        return { partition, offset: String(older) }
      })
      await admin.setOffsets({ groupId: WAREHOUSE_GROUP, topic, partitions })
    }
  })
}
