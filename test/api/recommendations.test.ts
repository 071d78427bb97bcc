import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { recommend } from '../../api/recommend.ts'
import { emptyServing, loadChanged } from '../../api/serving.ts'
import { daysAgo, fakeApp, profileOf, product, publish } from './fakes.ts'

const shop = {
  products: [
    product('lantern', { recent_units: 50 }),
    product('candle', { recent_units: 40 }),
    product('matches', { recent_units: 30 }),
    product('mug-red', { work_id: 'mug', recent_units: 5, on_hand: 0 }),
    product('mug-blue', { work_id: 'mug', recent_units: 3 }),
    product('kettle', { recent_units: 100, on_hand: 0 }),
    product('never counted', { on_hand: null })
  ],
  bought_together: {
    lantern: { candle: 0.9, matches: 0.5, kettle: 0.8, mug: 0.1 },
    candle: { lantern: 0.9, matches: 0.7 }
  },
  similar: { lantern: { candle: 0.4, kettle: 0.2 } },
  popular: { kettle: 100, lantern: 50, candle: 40, matches: 30 }
}

const ask = async (app: Awaited<ReturnType<typeof fakeApp>>['app'], query: string) => {
  const answer = await app.inject(`/v1/recommendations?${query}`)
  return { status: answer.statusCode, ...answer.json() }
}
const idsOf = (answer: { items: { product_id: string }[] }) => answer.items.map((item) => item.product_id)

test('a product leads to what is bought together with it, and says so', async () => {
  const { app } = await fakeApp(shop)
  const answer = await ask(app, 'product_id=lantern')
  expect(answer.items[0]).toMatchObject({
    product_id: 'candle',
    source: 'bought_together',
    position: 0,
    price: '2.95',
    reason: {
      code: 'bought_together_with',
      product_ids: ['lantern'],
      text: 'Chosen together with Title of lantern'
    }
  })
  expect(answer.degraded).toBe(false)
  expect(answer.recommendation_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
})

test('takes a score apart when asked to: what each product gave through each model, all of it', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: daysAgo(0, 'lantern', 'candle') }))
  type Item = { product_id: string; parts: { source: string; product_id: string | null; share: number }[] }
  const { items } = (await ask(app, 'user_id=7&explain=true')) as { items: Item[] }
  const matches = items.find(({ product_id }) => product_id === 'matches')
  expect(matches?.parts.map(({ source, product_id }) => `${source} ${product_id}`).toSorted()).toEqual([
    'bought_together candle',
    'bought_together lantern',
    'popular null'
  ])
  for (const { parts } of items.filter(({ product_id }) => product_id !== 'never counted'))
    expect(parts?.reduce((sum, { share }) => sum + share, 0) ?? 1).toBeCloseTo(1, 5)
  const { items: plain } = await ask(app, 'user_id=7')
  expect(plain[0]).not.toHaveProperty('parts')
})

test('what changed since the last whole build stands before it, work by work', async () => {
  const fresh_bought_together = { lantern: { matches: 0.9 } }
  const { app } = await fakeApp({
    ...shop,
    fresh_bought_together,
    fresh_similar: { matches: { candle: 0.7 } }
  })
  expect(idsOf(await ask(app, 'product_id=lantern'))[0]).toBe('matches')
  expect(idsOf(await ask(app, 'product_id=candle'))[0]).toBe('lantern')
  expect(idsOf((await app.inject('/v1/products/matches/similar')).json())).toEqual(['candle'])
})

test('leaves out what is asked about, what is out of stock and what the page shows already', async () => {
  const { app } = await fakeApp(shop)
  const ids = idsOf(await ask(app, 'product_id=lantern&exclude=matches,unknown'))
  expect(ids).not.toContain('lantern')
  expect(ids).not.toContain('kettle')
  expect(ids).not.toContain('matches')
})

test('shows one product a work: one in stock, even where another sells better', async () => {
  const { app } = await fakeApp(shop)
  const ids = idsOf(await ask(app, 'product_id=lantern'))
  expect(ids).toContain('mug-blue')
  expect(ids).not.toContain('mug-red')
})

test('a visitor sees what goes with what they looked at and nothing that they own', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: daysAgo(0, 'lantern'), bought: daysAgo(900, 'candle') }))
  const answer = await ask(app, 'user_id=7')
  expect(idsOf(answer)).not.toContain('candle')
  expect(answer.items[0]).toMatchObject({ reason: { code: 'because_you_viewed', product_ids: ['lantern'] } })
})

test('what a visitor wants to see no more is left out, and asks for nothing', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: daysAgo(0, 'lantern'), hidden: ['matches', 'gone', 'lantern'] }))
  const { items } = await ask(app, 'user_id=7')
  expect(idsOf({ items })).not.toContain('matches')
  expect(idsOf({ items })).not.toContain('lantern')
  expect(items[0]).toMatchObject({ product_id: 'candle', reason: { code: 'popular_now' } })
})

test('what was bought is named as bought', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: daysAgo(0, 'lantern'), bought: daysAgo(9, 'lantern') }))
  const { items } = await ask(app, 'user_id=7')
  expect(items[0].reason.text).toBe('Because you bought Title of lantern')
})

test('a customer of long ago is still known by what they bought', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: [], bought: daysAgo(400, 'lantern') }))
  const { items } = await ask(app, 'user_id=7')
  expect(items[0]).toMatchObject({ product_id: 'candle', reason: { code: 'because_you_bought' } })
})

test('what is looked at now counts at least as much as a long history', async () => {
  const products = Array.from({ length: 40 }, (_, i) => product(`p${i}`, { recent_units: i }))
  const bought_together = Object.fromEntries(
    products.map(({ product_id }) => [product_id, { p1: 0.5, p2: 0.5 }])
  )
  const { app, profiles } = await fakeApp({
    products,
    bought_together: { ...bought_together, p0: { p3: 1 } }
  })
  const bought = daysAgo(2, ...products.slice(10).map((one) => one.product_id))
  profiles.set('u:7', profileOf({ bought }))
  expect(idsOf(await ask(app, 'user_id=7&limit=2')).toSorted()).toEqual(['p1', 'p2'])
  profiles.set('u:7', profileOf({ recent: daysAgo(0, 'p0'), bought }))
  expect((await ask(app, 'user_id=7')).items[0]).toMatchObject({
    product_id: 'p3',
    reason: { code: 'because_you_viewed', product_ids: ['p0'] }
  })
})

test('a visitor without history sees what is popular, and a guest is not the customer of the same name', async () => {
  const { app, profiles } = await fakeApp(shop)
  profiles.set('u:7', profileOf({ recent: [], bought: daysAgo(400, 'lantern') }))
  const { items } = await ask(app, 'anonymous_id=7')
  expect(items[0]).toMatchObject({
    product_id: 'lantern',
    source: 'popular',
    reason: { code: 'popular_now' }
  })
})

test('a basket asks with all that is in it', async () => {
  const { app } = await fakeApp(shop)
  const answer = await ask(app, 'basket=lantern,candle,gone')
  expect(answer.items[0].product_id).toBe('matches')
  expect(answer.items[0].reason.product_ids.toSorted()).toEqual(['candle', 'lantern'])
})

test('answers without the profile and says so when the serving store is down', async () => {
  const { app } = await fakeApp(shop, { readProfile: () => Promise.reject(new Error('down')) })
  const answer = await ask(app, 'user_id=7')
  expect(answer).toMatchObject({ status: 200, degraded: true })
  expect(answer.degraded_reason).toContain('profile')
  expect(answer.items.length).toBeGreaterThan(0)
})

test('before anything is published the answer is empty, degraded and no failure', async () => {
  const { app } = await fakeApp(undefined)
  expect(await ask(app, 'user_id=7')).toMatchObject({ status: 200, degraded: true, items: [] })
})

test.each([
  ['limit=0', 'limit'],
  ['limit=51', 'limit'],
  ['limit=', 'limit'],
  ['limit=abc', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['user_id=', 'user_id'],
  ['visitor=7', 'visitor']
])('%s is a 400 that names %s', async (query, field) => {
  const { app } = await fakeApp(shop)
  expect(await ask(app, query)).toMatchObject({ status: 400, error: { code: 'wrong_field', field } })
})

test('an unknown product is a 404 that names product_id', async () => {
  const { app } = await fakeApp(shop)
  expect(await ask(app, 'product_id=nothing')).toMatchObject({ status: 404, error: { field: 'product_id' } })
})

test('ids may hold any character', async () => {
  const odd = 'a/b ?&%😀'
  const { app } = await fakeApp({
    products: [product(odd), product('x')],
    bought_together: { [odd]: { x: 1 } }
  })
  expect(idsOf(await ask(app, `product_id=${encodeURIComponent(odd)}`))).toEqual(['x'])
  expect((await app.inject(`/v1/products/${encodeURIComponent(odd)}`)).json().product_id).toBe(odd)
})

test('each answer is told to the log when the API closes at the latest', async () => {
  const { app, sent } = await fakeApp(shop)
  const answer = await ask(app, 'anonymous_id=guest&limit=2')
  await app.close()
  const [message] = sent.get('flipside.behaviour') ?? []
  expect(message?.key).toBe('guest')
  expect(JSON.parse(String(message?.value))).toMatchObject({
    type: 'recommendation_served',
    recommendation_id: answer.recommendation_id,
    product_ids: idsOf(answer),
    anonymous_id: 'guest'
  })
})

test('whatever the catalogue and the visitor: eligible, never owned, one a work, and full while there is enough', async () => {
  const products = fc.uniqueArray(
    fc.record({
      product_id: fc.stringMatching(/^[a-z]{1,3}$/),
      work: fc.integer({ min: 0, max: 8 }),
      on_hand: fc.option(fc.integer({ min: -1, max: 2 })),
      recent_units: fc.nat(20)
    }),
    { selector: (one) => one.product_id, minLength: 1, maxLength: 20 }
  )
  const scores = fc.dictionary(
    fc.constantFrom('w0', 'w1', 'w2', 'w3', 'w9'),
    fc.float({ min: 0, max: 1, noNaN: true })
  )
  await fc.assert(
    fc.asyncProperty(
      products,
      fc.dictionary(fc.constantFrom('w0', 'w1', 'w2'), scores),
      scores,
      fc.array(fc.uniqueArray(fc.constantFrom('w0', 'w1', 'w2', 'w9')), { maxLength: 5 }),
      fc.uniqueArray(fc.nat(8)),
      fc.integer({ min: 1, max: 12 }),
      async (catalogue, bought_together, popular, sessions, owned, limit) => {
        const served = catalogue.map(({ work, ...one }) =>
          product(one.product_id, { ...one, work_id: `w${work}` })
        )
        const serving = emptyServing()
        await loadChanged(
          serving,
          publish({ products: served, bought_together, similar: bought_together, popular, sessions })
        )
        const bought = served.filter((one) => owned.includes(Number(one.work_id.slice(1))))
        const ownedWorks = new Set(bought.map((one) => one.work_id))
        const recent = served.slice(0, 5).map(({ product_id }, i) => ({ product_id, at_ms: i }))
        const profile = profileOf({ recent, bought: daysAgo(1, ...bought.map((one) => one.product_id)) })
        const items = recommend(serving, { seeds: [], exclude: [], profile, limit, nowMs: 1_000 })

        const eligible = served.filter(
          (one) => (one.on_hand === null || one.on_hand > 0) && !ownedWorks.has(one.work_id)
        )
        const works = items.map((item) => item.product.work_id)
        expect(new Set(works).size).toBe(works.length)
        expect(items.length).toBe(Math.min(limit, new Set(eligible.map((one) => one.work_id)).size))
        for (const item of items) {
          expect(eligible.map((one) => one.product_id)).toContain(item.product.product_id)
        }
      }
    ),
    { seed: 7, numRuns: 500 }
  )
})
