import { expect, it } from 'vitest'
import { sayStale } from '../../jobs/forecast-records.ts'

it('a forecast of sales that ended weeks ago says so, and one over a weekend does not', () => {
  expect(sayStale({ lastDay: 20_000, today: 20_031 })).toEqual([
    "The shop's last known sale is of 2024-10-04: all that is said is as of then."
  ])
  expect(sayStale({ lastDay: 20_000, today: 20_008 })).toEqual([])
  expect(sayStale({ lastDay: 20_000, today: 20_001 })).toEqual([])
  // Nothing was ever sold.
  expect(sayStale({ lastDay: 0, today: 20_001 })).toEqual([])
})
