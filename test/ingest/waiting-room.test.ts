import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openWaitingRoom } from '../../ingest/waiting-room.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

it('lets everybody in, in the order that they came, and never more than it holds', async () => {
  const visits = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(visits, fc.integer({ min: 1, max: 15 }), async (sizes, bytesMax) => {
      const room = openWaitingRoom({ bytesMax })
      const inside: number[] = []
      const entered: number[] = []
      const all = sizes.map(async (bytes, i) => {
        await room.enter(bytes)
        inside.push(bytes)
        entered.push(i)
      })
      for (let left = 0; left < sizes.length; left++) {
        await settle()
        expect(inside.length).toBeGreaterThan(0)
        // Whoever is larger than the room may be in it alone.
        if (inside.length > 1)
          expect(inside.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(bytesMax)
        room.leave(inside.shift() ?? 0)
      }
      await Promise.all(all)
      expect(entered).toEqual(sizes.map((_, i) => i))
    }),
    { seed: 9, numRuns: 200 }
  )
})

it('keeps others out while those who do not ask are inside', async () => {
  const room = openWaitingRoom({ bytesMax: 10 })
  room.add(20)
  let isIn = false
  const entering = room.enter(1).then(() => (isIn = true))
  await settle()
  expect(isIn).toBe(false)
  room.leave(20)
  await entering
})

it('sends off the largest of those who wait for company, when they fill half of it and somebody stands outside', async () => {
  const room = openWaitingRoom({ bytesMax: 10 })
  const gone: string[] = []
  const wait = async (name: string, bytes: number) => {
    await room.enter(bytes)
    let held = bytes
    const end = room.join({
      bytes: () => held,
      go() {
        gone.push(name)
        held = 0
        setImmediate(() => room.leave(bytes))
      }
    })
    return end
  }
  await wait('small', 2)
  const forget = await wait('large', 4)
  await wait('third', 3)
  await settle()
  expect(gone).toEqual([])
  await room.enter(3)
  expect(gone).toEqual(['large'])
  forget()
  // Less than half of it waits for company now: those who are on their way will make room.
  void room.enter(6)
  await settle()
  expect(gone).toEqual(['large'])
})
