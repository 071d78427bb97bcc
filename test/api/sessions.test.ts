import { expect, test } from 'vitest'
import { loadSessions } from '../../api/sessions.ts'
import { createWorkNumbers } from '../../api/work-numbers.ts'
import { packSessions } from '../../models/contracts/served-sessions.ts'
import { WORK_IDS_FIELD } from '../../models/contracts/served.ts'
import { daysAgo, fakeApp, profileOf, product } from './fakes.ts'

const often = (...works: string[]) => Array.from({ length: 40 }, () => works)
const shop = {
  products: ['lantern', 'candle', 'matches', 'mug', 'kettle'].map((id) => product(id)),
  bought_together: { lantern: { mug: 1 } },
  popular: { mug: 9, kettle: 8 },
  sessions: [...often('lantern', 'candle'), ...often('candle', 'matches')]
}
const minutesAgo = (minutes: number, ...ids: string[]) => daysAgo(minutes / 1440, ...ids)
type App = Awaited<ReturnType<typeof fakeApp>>['app']
const ask = async (app: App, query: string) => (await app.inject(`/v1/recommendations?${query}`)).json().items

test('a guest’s click leads to what others looked at next, and says what it comes from', async () => {
  const { app, profiles } = await fakeApp({ ...shop, bought_together: {} })
  profiles.set('a:guest', profileOf({ recent: minutesAgo(1, 'lantern') }))
  const [first] = await ask(app, 'anonymous_id=guest')
  expect(first).toMatchObject({
    product_id: 'candle',
    source: 'sessions',
    reason: { code: 'because_you_viewed', product_ids: ['lantern'] }
  })
  profiles.set('a:guest', profileOf({ recent: [...minutesAgo(0, 'candle'), ...minutesAgo(1, 'lantern')] }))
  const [next] = await ask(app, 'anonymous_id=guest')
  expect(next).toMatchObject({ product_id: 'matches', reason: { product_ids: ['candle'] } })
})

test('what was looked at an hour ago is another visit, and a product’s own page asks with the product', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('a:guest', profileOf({ recent: minutesAgo(60, 'lantern') }))
  for (const query of ['anonymous_id=guest', 'anonymous_id=guest&product_id=lantern'])
    for (const { source } of await ask(app, query)) expect(source).not.toBe('sessions')
})

test('many sessions say as much as orders, a stranger’s one says little', async () => {
  const first = async (sessions: string[][]) => {
    const { app, profiles } = await fakeApp({ ...shop, popular: {}, sessions })
    profiles.set('a:guest', profileOf({ recent: minutesAgo(1, 'lantern') }))
    const items: { product_id: string; score: number }[] = await ask(app, 'anonymous_id=guest')
    const scoreOf = (id: string) => items.find(({ product_id }) => product_id === id)?.score ?? 0
    return scoreOf('candle') / scoreOf('mug')
  }
  expect(
    await first([
      ['lantern', 'candle'],
      ['kettle', 'matches']
    ])
  ).toBeLessThan(0.2)
  expect(await first([...often('lantern', 'candle'), ['kettle', 'matches']])).toBeGreaterThan(0.7)
})

test('sessions lead to nothing that is out of stock, owned or unwanted', async () => {
  const products = shop.products.map((one) => (one.product_id === 'candle' ? { ...one, on_hand: 0 } : one))
  const sessions = often('lantern', 'candle', 'matches', 'mug', 'kettle')
  const { app, profiles } = await fakeApp({ products, sessions })
  profiles.set(
    'u:7',
    profileOf({ recent: minutesAgo(1, 'lantern'), bought: daysAgo(9, 'mug'), hidden: ['matches'] })
  )
  const items: { product_id: string; source: string }[] = await ask(app, 'user_id=7')
  expect(items.filter(({ source }) => source === 'sessions').map(({ product_id }) => product_id)).toEqual([
    'kettle'
  ])
})

test('the latest sessions are those of the first block, in whatever order the store gives them', async () => {
  const works = createWorkNumbers()
  const ids = ['a', 'old', 'new']
  const blocks = (order: readonly string[]) =>
    async function* (): AsyncGenerator<[string, Buffer]> {
      for (const id of order) yield [id, packSessions(id === '0' ? [[0, 2]] : [[0, 1]])]
      yield [WORK_IDS_FIELD, Buffer.from(JSON.stringify(ids))]
    }
  const orders = [
    ['0', '1', '10'],
    ['10', '0', '1']
  ]
  const [one, other] = await Promise.all(orders.map((order) => loadSessions(blocks(order)(), works)))
  const ask = [works.numberOf('a')]
  expect(other?.(ask, { k: 9 })).toEqual(one?.(ask, { k: 9 }))
  expect(one?.(ask, { k: 9 }).neighbourCount).toBe(3)
})

test('a version that names works outside its list is refused', async () => {
  async function* broken(): AsyncGenerator<[string, Buffer]> {
    yield [WORK_IDS_FIELD, Buffer.from('["a"]')]
    yield ['0', packSessions([[0, 1]])]
  }
  await expect(loadSessions(broken(), createWorkNumbers())).rejects.toThrow('outside')
})
