import { expect, it } from 'vitest'
import { run } from '../../bench/blend.ts'
import { generateRequests } from '../../bench/blend/generate.ts'
import { createSketch } from '../../bench/blend/sketch.ts'
import { createBlender } from '../../models/recommend/blend.ts'

const WORKS = 2_000

it('the sketch recommends what the blend does: both are measured at the same work', () => {
  const { plain, itemCount } = generateRequests(20, WORKS)
  const [blend, sketch] = [createBlender(), createSketch(itemCount)]
  for (const input of plain) {
    const items = blend(input).map(({ item }) => item)
    expect(items).toHaveLength(20)
    // Equal scores may go either way in the sketch.
    expect(new Set(items).symmetricDifference(new Set(sketch(input))).size).toBeLessThanOrEqual(2)
  }
})

it('a request that is served blends all that is published, and nothing hidden', () => {
  const { served } = generateRequests(5, WORKS)
  const blend = createBlender()
  for (const input of served) {
    expect(input.history.items).toHaveLength(50)
    expect(input.sources.map(({ listOf }) => listOf(7)?.indexes.length)).toEqual([200, 100])
    expect(input.popular.map(({ list }) => list.indexes.length)).toEqual([500])
    expect(blend(input).filter(({ item }) => input.excluded?.(item))).toEqual([])
  }
})

it('prints the figures', async () => {
  const result = await run(['--requests', '3', '--works', String(WORKS), '--rounds', '1'])
  expect(result).toMatchObject({ requests: 3, works: WORKS })
  for (const key of ['blend_us', 'sketch_us', 'ratio', 'served_us'])
    expect(result).toHaveProperty(key, expect.any(Number))
})
