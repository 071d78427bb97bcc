import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rebuildProfiles } from '../../jobs/profiles.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import {
  cancelled,
  consented,
  disliked,
  eventOf,
  loggedIn,
  placed,
  readAll,
  refunded,
  rented,
  returned,
  tierSet,
  viewed,
  withGift
} from './profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from './warehouse-shop.ts'

let shop: WarehouseShop
beforeAll(async () => void (shop = await openWarehouseShop()))
afterAll(() => shop.close())

const ids = (name: string, count: number) =>
  fc.constantFrom(...Array.from({ length: count }, (_, i) => `${name}${i}`))
const customer = ids('customer ', 8)
const browser = ids('browser ', 6)
const sharing = customer.filter((id) => id !== 'customer 0')
const sharedBrowser = browser.filter((id) => id !== 'browser 0')
const who = fc.oneof(
  customer.map((user_id) => ({ user_id })),
  browser.map((anonymous_id) => ({ anonymous_id })),
  fc.record({ user_id: customer, anonymous_id: browser })
)
const product = ids('product ', 9)
const order = ids('order ', 12)
const minute = fc.integer({ min: 1, max: 300 })
const lines = fc.dictionary(product, fc.integer({ min: 1, max: 3 }), { minKeys: 1, maxKeys: 4 })
const event: fc.Arbitrary<ShopEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(minute, who, product).map((args) => viewed(...args)) },
  fc.tuple(minute, who, product).map((args) => disliked(...args)),
  fc.tuple(minute, who, product).map((args) => rented(...args)),
  fc
    .tuple(minute, who, product)
    .map(([at, by, product_id]) => eventOf(at, { type: 'product_viewed', is_bot: true, product_id, ...by })),
  { weight: 2, arbitrary: fc.tuple(minute, who, order, lines).map((args) => placed(...args)) },
  fc.tuple(minute, who, order, lines).map((args) => withGift(placed(...args), 'product 0')),
  fc.tuple(minute, who, order, lines).map((args) => refunded(...args)),
  fc.tuple(minute, who, order, lines).map((args) => returned(...args)),
  fc.tuple(minute, who, order).map((args) => cancelled(...args)),
  { weight: 2, arbitrary: fc.tuple(minute, sharing, sharedBrowser).map((args) => loggedIn(...args)) },
  minute.map((at) => loggedIn(at, 'customer 0', 'browser 0')),
  fc.tuple(minute, customer, ids('tier ', 3)).map((args) => tierSet(...args)),
  // What was dropped because somebody refused does not come back. So nobody changes their mind here, and who refuses
  // shares no browser: a login that is heard of late could give some of it to somebody else.
  minute.map((at) => consented(at, 'customer 0', false)),
  minute.map((at) => consented(at, 'customer 3', true))
)

test('profiles rebuilt from the warehouse are those that the events made', async () => {
  const [stream = []] = fc.sample(fc.array(event, { minLength: 800, maxLength: 800, size: 'max' }), {
    seed: 12,
    numRuns: 1
  })
  for (let i = 0; i < stream.length; i += 160) await shop.send(...stream.slice(i, i + 160))
  const live = await readAll(shop.redis)
  expect(Object.keys(live).length).toBeGreaterThan(50)
  await shop.redis.flushall()
  const ports = {
    clickhouse: shop.clickhouse,
    redis: shop.redis,
    config: readConfig({}),
    progress: () => {},
    sendEvents: async () => {}
  }
  await rebuildProfiles(ports)
  expect(await readAll(shop.redis)).toEqual(live)
  // What is there already stays as it is.
  await rebuildProfiles(ports)
  expect(await readAll(shop.redis)).toEqual(live)
})
