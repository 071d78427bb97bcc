import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Topic } from '../../../models/contracts/topics.ts'
import { openShop, type OpenShop } from '../../ingest/open-shop.ts'
import { fakeApp, product, SERVER, servedStock, type Fakes } from '../fakes.ts'

/** What the API writes of a decision, through ingest, on the real engine. */
let shop: OpenShop
let fakes: Fakes
const lamp = servedStock('lamp')
const suggestion_id = lamp.replenishment.suggestion_id ?? ''

beforeAll(async () => {
  shop = await openShop()
  fakes = await fakeApp({
    products: [product('lamp')],
    forecasts: [lamp.forecast],
    replenishment: [lamp.replenishment]
  })
})
afterAll(async () => {
  await fakes?.app.close()
  await shop?.close()
})

async function storeSent(topic: Topic): Promise<void> {
  const events = (fakes.sent.get(topic) ?? []).map(({ value }): object => JSON.parse(String(value)))
  await shop.store(topic, events)
  fakes.sent.delete(topic)
}

test('a suggestion that is accepted twice, later than other events, is one decision and one order', async () => {
  const occurred_at = new Date().toISOString()
  await shop.store('flipside.stock', [
    { type: 'stock_initialised', occurred_at, product_id: 'lamp', quantity: 10 }
  ])
  for (let click = 0; click < 2; click++) {
    const answer = await fakes.app.inject({
      method: 'POST',
      url: '/v1/replenishment/lamp/accept',
      headers: { authorization: SERVER },
      payload: { suggestion_id, quantity: 12 }
    })
    expect(answer.statusCode).toBe(202)
    await storeSent('flipside.operations')
    await storeSent('flipside.stock')
  }
  const decided =
    'SELECT toString(type) AS type, suggestion_id, toInt32(quantity) AS quantity FROM raw.operations'
  expect(await shop.rows(decided)).toEqual([{ type: 'suggestion_edited', suggestion_id, quantity: 12 }])
  const levels = 'SELECT toInt32(on_hand) AS on_hand, toInt32(on_order) AS on_order FROM mart.stock_levels'
  expect(await shop.rows(levels)).toEqual([{ on_hand: 10, on_order: 12 }])
})
