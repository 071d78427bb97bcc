import { describe, expect, it } from 'vitest'
import { run } from '../../bench/sales.ts'
import { planYear } from '../../bench/sales/fill.ts'

describe('the year of made-up lines', () => {
  it.each([200, 20_000, 3_000_000, 300_000_000])(
    'has all of %i lines, day after day, in bounded inserts',
    (lines) => {
      const chunks = planYear(lines)
      expect(chunks.reduce((sum, chunk) => sum + chunk.lines, 0)).toBe(lines)
      expect(chunks.every((chunk, i) => i === 0 || chunk.first >= (chunks[i - 1]?.first ?? 0))).toBe(true)
      expect(chunks.every((chunk) => chunk.lines > 0 && chunk.lines <= 500_000)).toBe(true)
      expect(chunks.every(({ ends, first, lines: some }) => (ends.at(-1) ?? 0) >= first + some)).toBe(true)
      expect([chunks[0]?.day, chunks.at(-1)?.ends.at(-1)]).toEqual(['2025-01-01', lines])
    }
  )
})

describe('the sales bench', () => {
  it('asks the marts at three sizes, and they answer what the lines do', async () => {
    const { rows } = await run(['--lines', '3000', '--times', '1'])
    expect(rows).toMatchObject([{ lines: 30 }, { lines: 300 }, { lines: 3_000 }])
    for (const row of rows) {
      expect(row.mart_ms_max).toBeGreaterThan(0)
      expect(row.mart_by_dimension_ms_max).toBeGreaterThan(0)
    }
  }, 120_000)
})
