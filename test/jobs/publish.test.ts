import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startRedis } from '../../embedded/redis.ts'
import { publish, publishTogether, readCurrent, readNote } from '../../jobs/redis.ts'
import { servedKey, type ServedKind } from '../../models/contracts/served.ts'

let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
beforeAll(async () => {
  server = await startRedis({})
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
})
beforeEach(() => redis.flushall())

const records = (text: string) => [['id', text]] as const
const readServed = async (kind: ServedKind) =>
  redis.hgetall(servedKey(kind, (await readCurrent(redis))[kind] ?? ''))
/** Keys of versions that would stay for good, without the pointers and notes. */
async function lasting(): Promise<string[]> {
  const keys = await redis.keys('flipside:*:*')
  const ttls = await Promise.all(keys.map((key) => redis.ttl(key)))
  return keys.filter((_, at) => ttls[at] === -1).toSorted()
}

it('moves the pointers of all kinds and the note at once, and what they pointed at stays a while', async () => {
  const first = await publish(redis, 'similar', records('old'))
  const { version } = await publishTogether(
    redis,
    { bought_together: records('new'), similar: records('new') },
    { job: 'neighbours', noteOf: (named) => `note of ${named}` }
  )
  expect(await readCurrent(redis)).toEqual({ bought_together: version, similar: version })
  expect(await readNote(redis, 'neighbours')).toBe(`note of ${version}`)
  expect(await readServed('similar')).toEqual({ id: 'new' })
  expect(await redis.ttl(servedKey('similar', first.version))).toBeGreaterThan(0)
  expect(await lasting()).toEqual([servedKey('bought_together', version), servedKey('similar', version)])
})

it('that ends half way moves nothing, and what it wrote does not stay', async () => {
  const { version } = await publishTogether(redis, {
    bought_together: records('old'),
    similar: records('old')
  })
  function* failing() {
    yield ['id', 'half'] as const
    throw new Error('out of memory')
  }
  await expect(
    publishTogether(redis, { bought_together: records('new'), similar: failing() })
  ).rejects.toThrow('out of memory')
  expect(await readCurrent(redis)).toEqual({ bought_together: version, similar: version })
  expect(await readServed('bought_together')).toEqual({ id: 'old' })
  expect(await lasting()).toEqual([servedKey('bought_together', version), servedKey('similar', version)])
})

it('of two at once leaves one', async () => {
  await Promise.all(Array.from({ length: 5 }, (_, i) => publish(redis, 'similar', records(String(i)))))
  expect(await lasting()).toEqual([servedKey('similar', (await readCurrent(redis))['similar'] ?? '')])
})

it('of nothing at all is served as nothing', async () => {
  await publish(redis, 'forecasts', records('one'))
  await publish(redis, 'forecasts', [])
  expect(await readServed('forecasts')).toEqual({})
  expect(await lasting()).toEqual([])
})
