import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packSessions, unpackSessions } from '../../models/contracts/served-sessions.ts'

const anySessions = fc.array(fc.array(fc.nat(2 ** 32 - 1), { maxLength: 5 }), { maxLength: 8 })

it('sessions come out as they were packed', () => {
  fc.assert(
    fc.property(anySessions, (sessions) => {
      expect(unpackSessions(packSessions(sessions)).map((works) => [...works])).toEqual(sessions)
    }),
    { seed: 1 }
  )
})

it('refuses bytes that are not whole sessions', () => {
  const bytes = packSessions([[1, 2], [3]])
  for (const length of [1, 5, 13, bytes.length - 1])
    expect(() => unpackSessions(bytes.subarray(0, length))).toThrow('not whole sessions')
})
