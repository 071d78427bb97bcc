import { simulatedBadge } from './card.ts'
import { element, svgElement } from './elements.ts'
import type { Forecast } from './shop-api.ts'
import { count, dayAndMonth, number, sentence } from './wording.ts'

const WIDTH = 320
const HEIGHT = 96
const FLOOR = HEIGHT - 4

/** For whoever runs the shop: what was sold, what will be, when the stock runs out and what to order, or why that is not known. */
export function forecastPanel(forecast: Forecast): HTMLElement {
  const { rows, daily, unavailable, why } = forecast
  const [reason] = why
  return element(
    'section',
    { class: 'forecast', 'aria-label': 'Demand forecast' },
    element('h2', {}, 'What will sell ', element('small', {}, 'for whoever reorders')),
    orderNow(forecast),
    ...(rows.length > 1 ? [chart(forecast), axis(forecast), legend(forecast)] : []),
    daily.mean.length === 0 &&
      element('p', { class: 'note' }, unavailable['daily'] ?? 'There is no forecast yet.'),
    rows.length > 1 &&
      unavailable['history'] !== undefined &&
      element('p', { class: 'note' }, `Without what was sold: ${unavailable['history']}.`),
    reason !== undefined && element('p', { class: 'note' }, reason),
    stockFigures(forecast)
  )
}

/** Where nothing was published of the stock, one line says so for all figures. */
function stockFigures(forecast: Forecast): HTMLElement | null {
  if (!forecast.order)
    return forecast.daily.mean.length === 0
      ? null
      : element('p', { class: 'note' }, 'Of its stock nothing has been published yet.')
  return element(
    'dl',
    { class: 'figures' },
    ...runsOut(forecast),
    ...figure(forecast, 'days_of_cover', 'Days of cover'),
    ...figure(forecast, 'reorder_point', 'Reorder at'),
    ...figure(forecast, 'lead_time_days', 'Lead time, days')
  )
}

function orderNow({ order }: Forecast): HTMLElement | null {
  if (order?.state !== 'order') return null
  if (order.decision === 'accepted' || order.decision === 'edited')
    return element('p', { class: 'order-now' }, 'Ordered today.')
  return element(
    'p',
    { class: 'order-now' },
    element('strong', {}, `Order ${number(order.quantity, 0)} now.`),
    ` ${sentence(order.why)}.`
  )
}

/** Days from left to right: the sold line up to the last day that is over, the band and its mean from there on. */
function chart(forecast: Forecast): SVGSVGElement {
  const { rows, stock_out } = forecast
  const scale = scaleOf(rows)
  const past = rows.flatMap(({ units }, i) => (units === undefined ? [] : [scale(i, units)]))
  const upper = rows.flatMap((row, i) => (row.mean === undefined ? [] : [scale(i, row.upper ?? row.mean)]))
  const lower = rows.flatMap((row, i) => (row.mean === undefined ? [] : [scale(i, row.lower ?? row.mean)]))
  const mean = rows.flatMap((row, i) => (row.mean === undefined ? [] : [scale(i, row.mean)]))
  const out = rows.findIndex(({ day }) => day === stock_out.p50)
  const label = labelOf(forecast)
  return svgElement(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: 'chart',
      role: 'img',
      'aria-label': label,
      preserveAspectRatio: 'none'
    },
    svgElement('title', {}, label),
    ...emptyDays(rows),
    svgElement('polygon', { class: 'band', points: [...upper, ...lower.toReversed()].join(' ') }),
    past.length > 0 && svgElement('polyline', { class: 'sold', points: past.join(' ') }),
    svgElement('polyline', { class: 'mean', points: mean.join(' ') }),
    past.length > 0 && mean.length > 0 && upright('now', past.length - 0.5, rows.length),
    out >= 0 && upright('runs-out', out, rows.length)
  )
}

type Rows = Forecast['rows']

function scaleOf(rows: Rows) {
  const top = Math.max(1, ...rows.map(({ units = 0, mean = 0, upper }) => Math.max(units, mean, upper ?? 0)))
  return (i: number, units: number) =>
    `${acrossOf(i, rows.length).toFixed(1)},${(FLOOR - (units / top) * (HEIGHT - 12)).toFixed(1)}`
}

const acrossOf = (i: number, days: number) => (i / (days - 1)) * WIDTH

function upright(name: string, i: number, days: number): SVGLineElement {
  const x = acrossOf(i, days).toFixed(1)
  return svgElement('line', { class: name, x1: x, x2: x, y1: 0, y2: HEIGHT })
}

/** Days on which nothing was left to sell: what was sold then says little of what was asked for. */
const emptyDays = (rows: Rows): SVGRectElement[] =>
  rows.flatMap(({ out_of_stock }, i) => {
    if (out_of_stock !== true) return []
    const width = WIDTH / (rows.length - 1)
    const x = Math.max(0, acrossOf(i, rows.length) - width / 2)
    return [
      svgElement('rect', {
        class: 'empty-shelf',
        x: x.toFixed(1),
        y: FLOOR,
        width: width.toFixed(1),
        height: 4
      })
    ]
  })

function labelOf({ rows, daily, from, stock_out }: Forecast): string {
  const { mean, lower, upper } = daily
  const sold = rows.flatMap(({ units }) => (units === undefined ? [] : [units]))
  const parts: string[] = []
  if (sold.length > 0)
    parts.push(
      `Sold over ${count(sold.length, 'day', 'days')}: ${number(meanOf(sold))} units a day on average.`
    )
  if (mean.length > 0)
    parts.push(
      `Forecast for ${count(mean.length, 'day', 'days')}${from ? ` from ${from}` : ''}: ${number(meanOf(mean))} units a day on average; ` +
        `four days of five between ${number(Math.min(...lower))} and ${number(Math.max(...upper))}.`
    )
  if (stock_out.p50 !== null) parts.push(`The stock runs out about ${stock_out.p50}.`)
  return parts.join(' ')
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function axis({ rows, from, daily: { upper } }: Forecast): HTMLElement {
  const [first, last] = [rows.at(0)?.day, rows.at(-1)?.day]
  const isPast = first !== undefined && first !== from
  return element(
    'p',
    { class: 'axis' },
    element('span', {}, first ? dayAndMonth(first) : ''),
    isPast && from !== null && element('span', {}, `forecast from ${dayAndMonth(from)}`),
    !isPast && upper.length > 0 && element('span', {}, `up to ${number(Math.max(...upper), 0)} a day`),
    element('span', {}, last ? dayAndMonth(last) : '')
  )
}

/** What the lines are; only of those that are there. */
function legend({ rows, stock_out }: Forecast): HTMLElement {
  const isOut = rows.some(({ day }) => day === stock_out.p50)
  const entry = (name: string, words: string) =>
    element('li', {}, element('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), words)
  const soldMax = Math.max(...rows.map(({ units }) => units ?? -Infinity))
  return element(
    'ul',
    { class: 'legend' },
    soldMax !== -Infinity && entry('sold', `sold, up to ${number(soldMax, 0)} a day`),
    rows.some(({ mean }) => mean !== undefined) && entry('mean', 'expected a day'),
    rows.some(({ mean }) => mean !== undefined) && entry('band', 'four days of five'),
    isOut && entry('runs-out', 'stock runs out'),
    rows.some(({ out_of_stock }) => out_of_stock) && entry('empty-shelf', 'nothing left to sell')
  )
}

function runsOut({ stock_out: { p10, p50, p90 }, unavailable, simulated }: Forecast) {
  const badge = simulated.some((field) => ['on_hand', 'stock_out', '*'].includes(field))
  const term = element('dt', {}, 'Runs out')
  if (unavailable['stock_out'] !== undefined)
    return [term, element('dd', { class: 'missing' }, unavailable['stock_out'])]
  const range = p90 === null ? p10 && `not before ${dayAndMonth(p10)}` : p10 && rangeOf(p10, p90)
  const text = p50 === null ? 'not within twelve weeks' : `about ${dayAndMonth(p50)}`
  return [
    term,
    element('dd', {}, text, range ? ` (${range}) ` : ' ', badge && simulatedBadge('From invented figures'))
  ]
}

const rangeOf = (first: string, last: string) =>
  first === last ? 'whatever comes' : `${dayAndMonth(first)} to ${dayAndMonth(last)}`

/** A figure that cannot be given says why instead. */
function figure(
  forecast: Forecast,
  field: 'days_of_cover' | 'reorder_point' | 'lead_time_days',
  label: string
) {
  const value = forecast[field]
  const isInvented = forecast.simulated.includes(field) || forecast.simulated.includes('*')
  const badge = value !== null && isInvented && simulatedBadge('From invented figures')
  const why = forecast.unavailable[field] ?? 'not known'
  return [
    element('dt', {}, label),
    element('dd', { class: value === null ? 'missing' : '' }, value === null ? why : number(value), badge)
  ]
}
