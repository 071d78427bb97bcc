import { expect, test } from 'vitest'
import { orderState } from '../../models/contracts/lives.ts'

const statesAfter = (...steps: string[]) => {
  const { state, timeline } = orderState(steps.map((step) => ({ step: `order_${step}`, occurred_at: '' })))
  return [state, timeline.map((step) => step.legal)]
}

test('an order goes from placed to completed', () => {
  expect(statesAfter('placed', 'confirmed', 'paid', 'shipped', 'completed')).toEqual([
    'completed',
    [true, true, true, true, true]
  ])
})

test('confirmation may be left out: not every shop has such a step', () => {
  expect(statesAfter('placed', 'paid')).toEqual(['paid', [true, true]])
})

test('a failed payment may be tried again', () => {
  const steps = ['order_placed', 'payment_failed', 'payment_failed', 'order_paid']
  expect(orderState(steps.map((step) => ({ step, occurred_at: '' }))).state).toBe('paid')
})

test('an illegal step is flagged and moves nothing', () => {
  expect(statesAfter('placed', 'shipped')).toEqual(['placed', [true, false]])
  expect(statesAfter('placed', 'placed')).toEqual(['placed', [true, false]])
  expect(statesAfter('placed', 'cancelled', 'paid')).toEqual(['cancelled', [true, true, false]])
  expect(statesAfter('paid', 'placed', 'paid')).toEqual(['paid', [false, true, true]])
})

test('a credit note is an order that is only known by its refund', () => {
  expect(statesAfter('refunded')).toEqual(['refunded', [true]])
  const { state, timeline } = orderState(
    ['return_received', 'order_refunded'].map((step) => ({ step, occurred_at: '' }))
  )
  expect([state, timeline.map((step) => step.legal)]).toEqual(['refunded', [true, true]])
})

test('goods come back, then the money', () => {
  const steps = [
    'order_placed',
    'order_paid',
    'order_shipped',
    'return_requested',
    'return_received',
    'order_refunded'
  ]
  const { state, timeline } = orderState(steps.map((step) => ({ step, occurred_at: '' })))
  expect(state).toBe('refunded')
  expect(timeline.every((step) => step.legal)).toBe(true)
})

test('names that every object has are no steps', () => {
  expect(orderState([{ step: 'toString', occurred_at: '' }])).toMatchObject({
    state: 'none',
    timeline: [{ legal: false }]
  })
})
