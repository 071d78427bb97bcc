import { afterAll, expect, it } from 'vitest'
import { fakeApp, product, servedStock } from './fakes.ts'

const shop = [
  { id: 'blue', artist: 'Miles', perDay: 3 },
  { id: 'kind', artist: 'Miles', perDay: 1.5 },
  { id: 'soul', artist: 'Otis', perDay: 2 },
  { id: 'plain', artist: undefined, perDay: 0.25 }
]
const { app } = await fakeApp({
  products: shop.map(({ id, artist }) => product(id, { attributes: artist ? { artist } : {} })),
  forecasts: shop.map(({ id, perDay }) => servedStock(id, { perDay }).forecast)
})
afterAll(() => app.close())

type Answer = { rows: { group: string; day: string; mean: number }[]; groups: number }
const ask = async (query: string): Promise<Answer> => (await app.inject(`/v1/forecasts${query}`)).json()

it('of products add up to their artists, and these to the shop', async () => {
  const whole = await ask('')
  expect(whole).toMatchObject({ groups: 1 })
  expect(whole.rows).toHaveLength(28)
  expect(whole.rows[0]).toEqual({ group: 'shop', day: '2026-01-02', mean: 6.75 })
  expect(whole.rows[27]?.day).toBe('2026-01-29')
  const artists = await ask('?by=artist')
  expect(artists.rows.filter(({ day }) => day === '2026-01-05')).toEqual([
    { group: 'Miles', day: '2026-01-05', mean: 4.5 },
    { group: 'Otis', day: '2026-01-05', mean: 2 },
    { group: '', day: '2026-01-05', mean: 0.25 }
  ])
})

it('shows those that sell most, and says how many there are', async () => {
  const answer = await ask('?by=artist&limit=1')
  expect(new Set(answer.rows.map(({ group }) => group))).toEqual(new Set(['Miles']))
  expect(answer.groups).toBe(3)
})

it('refuses what is no group, and has no rows before anything was forecast', async () => {
  expect((await app.inject('/v1/forecasts?by=colour')).statusCode).toBe(400)
  const empty = await fakeApp({ products: [] })
  expect((await empty.app.inject('/v1/forecasts')).json()).toEqual({ rows: [], groups: 0 })
  await empty.app.close()
})
