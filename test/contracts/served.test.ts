import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packScored, unpackScored, visitorOf } from '../../models/contracts/served.ts'

it('unpacks what it packed', () => {
  const pairs = fc.array(fc.tuple(fc.nat(2 ** 32 - 1), fc.float({ noNaN: true })), { maxLength: 300 })
  fc.assert(
    fc.property(pairs, (list) => {
      const scored = {
        indexes: Uint32Array.from(list, ([index]) => index),
        scores: Float32Array.from(list, ([, score]) => score)
      }
      expect(unpackScored(packScored(scored))).toEqual(scored)
    }),
    { seed: 2 }
  )
})

it('refuses half a pair', () => {
  expect(() => unpackScored(Buffer.alloc(12))).toThrow(/whole pairs/)
})

it('keeps guests out of the customers’ name space', () => {
  expect(visitorOf({ anonymous_id: '17850' })).not.toBe(visitorOf({ user_id: '17850' }))
  expect(visitorOf({ anonymous_id: 'u:17850' })).not.toBe(visitorOf({ user_id: '17850' }))
  expect(visitorOf({})).toBeUndefined()
})
