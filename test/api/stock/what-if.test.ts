import { afterAll, expect, test } from 'vitest'
import { fakeApp, product, servedStock } from '../fakes.ts'

const lantern = servedStock('lantern', { stock: { on_hand: 10 } })
const uncounted = servedStock('uncounted', { stock: null })
const all = [lantern, uncounted]
const { app } = await fakeApp({
  products: all.map(({ forecast }) => product(forecast.product_id)),
  forecasts: all.map(({ forecast }) => forecast),
  replenishment: all.map(({ replenishment }) => replenishment)
})
afterAll(() => app.close())
const ask = async (parameters: string, product_id = 'lantern') =>
  (await app.inject(`/v1/forecasts/${product_id}?${parameters}`)).json()

test('what is supposed as it stands gives the published figures', async () => {
  const { what_if, reorder_point, stock_out } = await ask('on_hand=10')
  const { replenishment } = lantern
  expect(what_if).toMatchObject({
    state: 'order',
    quantity: replenishment.order.quantity,
    order_up_to: replenishment.order_up_to,
    days_of_cover: replenishment.days_of_cover,
    reorder_point,
    stock_out_p50: stock_out.p50,
    order_cost: String(2 * replenishment.order.quantity)
  })
})

test('a longer lead time needs more stock, in place of what was observed; a fuller shelf needs no order', async () => {
  // Demand is even, at most 4 a day: over 14 + 7 days at 95 % 2 * 2 * 21 * .95 units.
  const longer = (await ask('lead_time_days=14')).what_if
  expect(longer.reorder_point).toBe(Math.ceil(4 * 21 * 0.95))
  expect(longer.terms).toMatchObject({
    lead_time_days: 14,
    lead_times_observed: [],
    sources: { lead_time: 'supposed', review_days: 'setting' }
  })
  const full = (await ask('on_hand=200')).what_if
  expect(full).toMatchObject({ state: 'enough', quantity: 0, order_cost: null })
  const onItsWay = (await ask('on_order=200')).what_if
  expect(onItsWay).toMatchObject({ state: 'enough', position: 210, available: 10 })
  expect((await ask('pack_size=50')).what_if.quantity % 50).toBe(0)
})

test('a product that was never counted has figures once somebody supposes a count', async () => {
  const before = await ask('review_days=1', 'uncounted')
  expect(before.order.state).toBe('unknown')
  expect(before.what_if).toMatchObject({ state: 'unknown', reorder_point: null })
  expect((await ask('on_hand=1', 'uncounted')).what_if).toMatchObject({ state: 'order', position: 1 })
})

test('the chance of having run out only rises with the days', async () => {
  const { stock_out_chances } = await ask('')
  const chances = stock_out_chances.map(({ chance }: { chance: number }) => chance)
  expect(chances).toEqual(chances.toSorted((a: number, b: number) => a - b))
  // Ten units against at most four a day: 2.5 days at the earliest, and half the time within five.
  expect(stock_out_chances[4]).toMatchObject({ days: 7, day: '2026-01-08' })
  expect(chances[0]).toBeLessThan(0.01)
  expect(chances[4]).toBeCloseTo(1 - 10 / 28, 1)
})
