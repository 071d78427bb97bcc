import { expect, test } from 'vitest'
import { maySend } from '../../models/contracts/scopes.ts'
import type { Tracker } from '../../api/tracker/tracker.ts'
import { renderEventTypes } from '../../api/tracker/render-event-types.ts'
import { fakeApp } from './fakes.ts'

/** `npm run tracker` writes the file. */
test('the types of the tracker are those of the OpenAPI text', async () => {
  const { app } = await fakeApp(undefined)
  const openApi = (await app.inject('/openapi.json')).json()
  await app.close()
  await expect(renderEventTypes(openApi, (type) => maySend('browser', type))).toMatchFileSnapshot(
    '../../api/tracker/events.ts'
  )
})

test('a wrong event does not compile', () => {
  const compile = (track: Tracker['track']) => {
    track({ type: 'product_viewed', product_id: 'kettle', position: 3 })
    // @ts-expect-error: without its product.
    track({ type: 'product_viewed' })
    // @ts-expect-error: with a field of another type of event.
    track({ type: 'product_viewed', product_id: 'kettle', query: 'kettle' })
    // @ts-expect-error: of a type that only the shop's server may send.
    track({ type: 'order_paid', order_id: '1', currency: 'GBP', amount: '1' })
    // @ts-expect-error: with what the tracker fills.
    track({ type: 'cart_added', product_id: 'kettle', quantity: 1, event_id: 'mine' })
  }
  // The compiler is the test; this only says that it saw it.
  expect(compile).toBeTypeOf('function')
})
