import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from '../../bench/neighbours.ts'
import { generatePairs } from '../../bench/neighbours/generate.ts'

const SHOP = { userCount: 5_000, itemCount: 2_000, pairCount: 40_000, seed: 1 }

it('generates as many pairs as asked, each once, and the same ones again', () => {
  const { users, items } = generatePairs(SHOP)
  expect([users.length, items.length]).toEqual([SHOP.pairCount, SHOP.pairCount])
  const pairs = new Set(Array.from(users, (user, at) => user * SHOP.itemCount + (items[at] ?? 0)))
  expect(pairs.size).toBe(SHOP.pairCount)
  expect(Math.max(...users)).toBeLessThan(SHOP.userCount)
  expect(Math.max(...items)).toBeLessThan(SHOP.itemCount)
  expect(generatePairs(SHOP)).toEqual({ users, items })
})

it('generates a power law: the first hundredth of the items has a third of the pairs, and ids do not tell which', () => {
  const counts = new Uint32Array(SHOP.itemCount)
  for (const item of generatePairs(SHOP).items) counts[item] = (counts[item] ?? 0) + 1
  const sum = (part: Uint32Array) => part.reduce((total, count) => total + count, 0)
  expect(sum(counts.toSorted((a, b) => b - a).slice(0, 20))).toBeGreaterThan(SHOP.pairCount / 4)
  expect(sum(counts.slice(0, 1_000)) / SHOP.pairCount).toBeCloseTo(0.5, 0)
})

it('fits in a process of its own, and has no figure for a peer that is not there', async () => {
  const data = await mkdtemp(join(tmpdir(), 'flipside-data-'))
  await writeFile(join(data, 'train.txt'), '0 1 2\n1 1 2 3\n2 0 3\n')
  try {
    const args = ['--data', data, '--pairs', '20000', '--threads', '2', '--times', '1']
    const { rows } = await run(args)
    expect(rows).toMatchObject([
      { data: 'train.txt', interactions: 7, implicit_s: null, ratio: null },
      { data: 'generated', interactions: 20_000, implicit_s: null, ratio: null }
    ])
    for (const { fit_s, rss_mb_max } of rows) {
      expect(fit_s).toBeGreaterThan(0)
      expect(rss_mb_max).toBeGreaterThan(20)
    }
  } finally {
    await rm(data, { recursive: true, force: true })
  }
})

it('refuses sizes that are none', async () => {
  await expect(run(['--pairs', '10,x'])).rejects.toThrow('whole numbers')
})
