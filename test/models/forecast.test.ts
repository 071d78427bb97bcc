import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weekdayOf, type Forecast, type Forecaster } from '../../models/forecast/forecaster.ts'
import { forecastPlanned } from '../../models/forecast/planned.ts'

const SEED = 6
const LAST_DAY = 15_317
const forecasters: { name: string; forecast: Forecaster }[] = [
  { name: 'planned by backtest', forecast: forecastPlanned }
]

const anyUnits = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })), { maxLength: 120 })
const anyShop = fc.array(fc.record({ units: anyUnits }), { maxLength: 6 })
const days = (length: number, of: (day: number) => number) =>
  Array.from({ length }, (_, at) => of(LAST_DAY - (length - 1 - at)))

function meanOf(forecast: Forecast | undefined): Float64Array {
  if (!forecast?.ok) throw new Error(`no forecast: ${forecast?.reason}`)
  return forecast.mean
}

describe.each(forecasters)('$name', ({ forecast }) => {
  const options = { lastDay: LAST_DAY, horizonDays: 14 }

  it('keeps a constant constant', () => {
    const mean = meanOf(forecast([{ units: days(100, () => 7) }], options)[0])
    for (const value of mean) expect(value).toBeCloseTo(7, 8)
  })

  it('repeats the week of the shop', () => {
    const week = (day: number) => [0, 5, 4, 3, 6, 9, 1][weekdayOf(day)] ?? 0
    const shop = [{ units: days(98, week) }, { units: days(98, (day) => 3 * week(day)) }]
    const forecasts = forecast(shop, options)
    meanOf(forecasts[0]).forEach((value, ahead) => expect(value).toBeCloseTo(week(LAST_DAY + 1 + ahead), 6))
    meanOf(forecasts[1]).forEach((value, ahead) =>
      expect(value).toBeCloseTo(3 * week(LAST_DAY + 1 + ahead), 6)
    )
  })

  it('scales with the shop', () => {
    fc.assert(
      fc.property(anyShop, fc.constantFrom(2, 4, 0.5), (shop, factor) => {
        const scaled = shop.map(({ units }) => ({ units: units.map((value) => value * factor) }))
        const before = forecast(shop, options)
        forecast(scaled, options).forEach((after, product) => {
          const original = before[product]
          expect(after.ok).toBe(original?.ok)
          if (!after.ok || !original?.ok) return
          after.mean.forEach((value, day) =>
            expect(value).toBeCloseTo((original.mean[day] ?? NaN) * factor, 6)
          )
        })
      }),
      { seed: SEED }
    )
  })

  it('is never negative, holds the mean between its bounds, and gives a reason instead of NaN', () => {
    fc.assert(
      fc.property(anyShop, fc.integer({ min: 1, max: 40 }), (shop, horizonDays) => {
        const forecasts = forecast(shop, { lastDay: LAST_DAY, horizonDays })
        expect(forecasts).toHaveLength(shop.length)
        for (const one of forecasts) {
          if (!one.ok) {
            expect(one.reason).not.toBe('')
            continue
          }
          expect([one.mean.length, one.lower.length, one.upper.length]).toEqual(Array(3).fill(horizonDays))
          one.mean.forEach((mean, day) => {
            expect(one.lower[day]).toBeGreaterThanOrEqual(0)
            expect(one.lower[day]).toBeLessThanOrEqual(mean)
            expect(one.upper[day]).toBeGreaterThanOrEqual(mean)
            expect(one.upper[day]).toBeLessThan(Infinity)
          })
        }
      }),
      { seed: SEED }
    )
  })

  it('says why it cannot forecast', () => {
    const shop = [{ units: [] }, { units: days(50, () => 0) }, { units: [3, 0, 1] }]
    expect(forecast(shop, options)).toEqual([
      { ok: false, reason: 'never sold' },
      { ok: false, reason: 'never sold' },
      { ok: false, reason: 'too little history' }
    ])
    expect(forecast([], options)).toEqual([])
  })

  it('expects nothing of a product that stopped selling', () => {
    const units = days(300, (day) => (day < LAST_DAY - 120 ? 2 : 0))
    const [one] = forecast([{ units }, { units: days(300, () => 1) }], options)
    expect(one).toMatchObject({ ok: true, state: 'dormant' })
    expect([...meanOf(one)]).toEqual(Array(14).fill(0))
  })

  it('does not care in which order the products come', () => {
    fc.assert(
      fc.property(anyShop, (shop) => {
        const reversed = forecast(shop.toReversed(), options).toReversed()
        forecast(shop, options).forEach((one, product) => {
          const other = reversed[product]
          expect(other?.ok).toBe(one.ok)
          if (one.ok && other?.ok)
            one.mean.forEach((value, day) => expect(other.mean[day]).toBeCloseTo(value, 8))
        })
      }),
      { seed: SEED }
    )
  })

  it('leaves weekdays alone on which the shop never opens', () => {
    const saturday = 6
    const shop = Array.from({ length: 5 }, (_, product) => ({
      units: days(98, (day) => (weekdayOf(day) === saturday ? 0 : (product + day) % 5))
    }))
    for (const one of forecast(shop, options)) {
      meanOf(one).forEach((value, ahead) => {
        if (weekdayOf(LAST_DAY + 1 + ahead) === saturday) expect(value).toBe(0)
      })
    }
  })
})

it('does not mistake a closed week for a week without demand', () => {
  const closed = (day: number) => day > LAST_DAY - 7
  const shop = Array.from({ length: 30 }, (_, product) => ({
    units: days(98, (day) => (closed(day) ? 0 : 1 + (product % 7)))
  }))
  const forecasts = forecastPlanned(shop, { lastDay: LAST_DAY, horizonDays: 7 })
  forecasts.forEach((one, product) =>
    expect(meanOf(one).reduce((sum, value) => sum + value, 0)).toBeCloseTo(7 * (1 + (product % 7)), 6)
  )
})
