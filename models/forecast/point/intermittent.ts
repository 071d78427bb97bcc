import type { Level } from './point-forecaster.ts'
import { smoothBest, type Bounds } from './smoothing.ts'

/** Of sizes and intervals: what Croston's users and the M5 take. */
const USUAL: Bounds = { min: 0.1, max: 0.3 }

export type CrostonOptions = {
  smoothing: number
  /**
   * `first`: the first size and the periods until then, as in statsforecast. `mean`: the mean size and periods a sale;
   * where leading zeros are cut off, the first interval is always 1 and would take years to forget.
   */
  start: 'first' | 'mean'
}

/** Croston (1972): smoothed size of a sale / smoothed periods between sales, both moved by sales only. */
export function croston({ smoothing, start }: CrostonOptions): Level {
  return (y) => {
    const { sales, sum, first } = salesOf(y)
    if (sales === 0) return 0
    let size = start === 'mean' ? sum / sales : (y[first] ?? 0)
    let interval = start === 'mean' ? y.length / sales : first + 1
    let last = first
    for (let at = first + 1; at < y.length; at++) {
      const value = y[at] ?? 0
      if (value <= 0) continue
      size += smoothing * (value - size)
      interval += smoothing * (at - last - interval)
      last = at
    }
    return size / interval
  }
}

/** Croston without its bias (Syntetos and Boylan 2005). */
export function sba(options: CrostonOptions): Level {
  const level = croston(options)
  return (y) => (1 - options.smoothing / 2) * level(y)
}

/** Sizes and intervals each smoothed as fits them best. */
export function crostonOptimised(bounds: Bounds = USUAL): Level {
  const [scratchSizes, scratchIntervals] = [createScratch(), createScratch()]
  return (y) => {
    const sizes = scratchSizes(y.length)
    const intervals = scratchIntervals(y.length)
    let length = 0
    let last = -1
    for (let at = 0; at < y.length; at++) {
      const value = y[at] ?? 0
      if (value <= 0) continue
      sizes[length] = value
      intervals[length++] = at - last
      last = at
    }
    if (length === 0) return 0
    return smoothBest(sizes, { ...bounds, length }) / smoothBest(intervals, { ...bounds, length })
  }
}

/** Teunter, Syntetos, Babai (2011): chance of a sale, moved every period, times its size, moved by sales: it can die out. */
export function tsb({ size: ofSize, chance: ofChance }: { size: number; chance: number }): Level {
  return (y) => {
    const { first } = salesOf(y)
    if (first < 0) return 0
    let size = y[first] ?? 0
    let chance = first === 0 ? 1 : 0
    for (let at = 1; at < y.length; at++) {
      const value = y[at] ?? 0
      chance += ofChance * ((value > 0 ? 1 : 0) - chance)
      if (value > 0 && at > first) size += ofSize * (value - size)
    }
    return chance * size
  }
}

/** Nikolopoulos and others (2011): smoothed sums over as many periods as a sale takes to come. */
export function adida(bounds: Bounds = USUAL): Level {
  const sums = createSums(bounds)
  return (y) => {
    const width = meanInterval(y)
    return width === 0 ? 0 : sums.of(y)(width)
  }
}

/** Petropoulos and Kourentzes (2015): the mean of ADIDA over every width up to the mean interval. */
export function imapa(bounds: Bounds = USUAL): Level {
  const sums = createSums(bounds)
  return (y) => {
    const widest = meanInterval(y)
    if (widest === 0) return 0
    const smoothed = sums.of(y)
    let sum = 0
    for (let width = 1; width <= widest; width++) sum += smoothed(width)
    return sum / widest
  }
}

/**
 * Smoothed sums of any width, a period: differences of running totals, so that a product that sells once a year does not
 * cost a pass for each of three hundred widths. A remainder of periods is left out at the start, where it is oldest.
 */
function createSums(bounds: Bounds): { of: (y: Float64Array) => (width: number) => number } {
  const [scratchTotals, scratchChunks] = [createScratch(), createScratch()]
  return {
    of: (y) => {
      const totals = scratchTotals(y.length + 1)
      const chunks = scratchChunks(y.length)
      totals[0] = 0
      for (let at = 0; at < y.length; at++) totals[at + 1] = (totals[at] ?? 0) + (y[at] ?? 0)
      return (width) => {
        const length = Math.floor(y.length / width)
        let before = totals[y.length - length * width] ?? 0
        for (let chunk = 0; chunk < length; chunk++) {
          const total = totals[y.length - (length - 1 - chunk) * width] ?? 0
          chunks[chunk] = Math.max(0, total - before)
          before = total
        }
        return smoothBest(chunks, { ...bounds, length }) / width
      }
    }
  }
}

/** One array for all calls: a shop's series in their thousands would otherwise keep the garbage collector busy. */
function createScratch(): (length: number) => Float64Array {
  let scratch = new Float64Array()
  return (length) => {
    if (scratch.length < length) scratch = new Float64Array(2 * length)
    return scratch
  }
}

function salesOf(y: Float64Array): { sales: number; sum: number; first: number } {
  let sales = 0
  let sum = 0
  let first = -1
  for (let at = 0; at < y.length; at++) {
    const value = y[at] ?? 0
    if (value <= 0) continue
    if (first < 0) first = at
    sales++
    sum += value
  }
  return { sales, sum, first }
}

/** Periods up to the last sale / sales, to the nearest whole number, halves to the even one. 0 without a sale. */
function meanInterval(y: Float64Array): number {
  let sales = 0
  let last = -1
  for (let at = 0; at < y.length; at++) {
    if ((y[at] ?? 0) <= 0) continue
    sales++
    last = at
  }
  return sales === 0 ? 0 : roundHalfEven((last + 1) / sales)
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
