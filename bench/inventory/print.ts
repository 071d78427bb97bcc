import { bestAtStock } from './equal-stock.ts'
import type { Curve, Played } from './play.ts'

type Print = (line: string) => void

export function printCurves(curves: readonly Curve[], print: Print): void {
  print('policy                 set to  fill rate  by value  stock-out days  stock  at cost   orders  cost')
  for (const { name, points } of curves)
    for (const point of points) print(`${name.padEnd(22)} ${String(point.setting).padEnd(7)} ${rowOf(point)}`)
}

function rowOf(point: Played): string {
  return [
    point.fillRate.toFixed(4).padEnd(10),
    point.fillRateValue.toFixed(4).padEnd(9),
    String(point.stockOutDays).padEnd(15),
    point.averageStock.toFixed(0).padEnd(6),
    point.averageStockValue.toFixed(0).padEnd(9),
    String(point.orders).padEnd(7),
    point.cost.toFixed(0)
  ].join(' ')
}

export type Rivals = { name: string; curves: readonly Curve[] }[]

/** What others' best variant reaches with as much stock as ours. */
export function printEqualStock(ours: Curve, rivals: Rivals, print: Print): void {
  for (const kind of ['units', 'value'] as const) {
    print(
      `\nfill rate at equal average stock, in ${kind}; of each rival the variant that was best there in hindsight`
    )
    print(`set to  stock     ours    ${rivals.map(({ name }) => name.padEnd(24)).join(' ')}`)
    for (const point of ours.points) {
      const stock = kind === 'units' ? point.averageStock : point.averageStockValue
      const beside = rivals.map(({ curves }) => {
        const best = bestAtStock(curves, stock, kind)
        return (best ? `${best.fillRate.toFixed(4)} (${best.name})` : '-').padEnd(24)
      })
      const own = kind === 'units' ? point.fillRate : point.fillRateValue
      print(
        `${String(point.setting).padEnd(7)} ${stock.toFixed(0).padEnd(9)} ${own.toFixed(4)}  ${beside.join(' ')}`
      )
    }
  }
}

const WIDTH = 64
const HEIGHT = 16

/** Fill rate upwards, average units of stock to the right by its logarithm; a letter a policy, and * where several meet. */
export function printChart(marked: readonly { mark: string; curve: Curve }[], print: Print): void {
  const shown = marked.flatMap(({ mark, curve }) => curve.points.map((point) => ({ mark, ...point })))
  const stockMin = Math.min(...shown.map(({ averageStock }) => averageStock))
  const stockMax = Math.max(...shown.map(({ averageStock }) => averageStock))
  const fillMin = Math.min(...shown.map(({ fillRate }) => fillRate))
  const fillMax = Math.max(...shown.map(({ fillRate }) => fillRate))
  const grid = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '))
  for (const { mark, averageStock, fillRate } of shown) {
    const column = Math.round(
      (Math.log(averageStock / stockMin) / Math.log(stockMax / stockMin)) * (WIDTH - 1)
    )
    const row = Math.round(((fillMax - fillRate) / (fillMax - fillMin || 1)) * (HEIGHT - 1))
    const line = grid[row]
    if (line) line[column] = line[column] === ' ' || line[column] === mark ? mark : '*'
  }
  print('')
  grid.forEach((line, row) => {
    const fill = fillMax - (row / (HEIGHT - 1)) * (fillMax - fillMin)
    print(`${fill.toFixed(3)} |${line.join('')}`)
  })
  print(`      +${'-'.repeat(WIDTH)}`)
  print(
    `       ${stockMin.toFixed(0)}${`${stockMax.toFixed(0)} units on hand`.padStart(WIDTH - stockMin.toFixed(0).length)}`
  )
  print(`       ${marked.map(({ mark, curve }) => `${mark} ${curve.name}`).join(' · ')}`)
}
