import { simulatedBadge } from './card.ts'
import { element, svgElement } from './elements.ts'
import type { Forecast } from './shop-api.ts'
import { count, number } from './wording.ts'

const WIDTH = 320
const HEIGHT = 96

/** For whoever runs the shop: expected demand with its band, days of cover and reorder point, or why there is none. */
export function forecastPanel(forecast: Forecast): HTMLElement {
  const { mean } = forecast.daily
  const body =
    mean.length > 1
      ? [chart(forecast), axis(forecast)]
      : [element('p', { class: 'note' }, forecast.unavailable['daily'] ?? 'There is no forecast yet.')]
  return element(
    'section',
    { class: 'forecast', 'aria-label': 'Demand forecast' },
    element('h2', {}, 'What will sell ', element('small', {}, 'for whoever reorders')),
    ...body,
    element(
      'dl',
      { class: 'figures' },
      ...figure(forecast, 'days_of_cover', 'Days of cover'),
      ...figure(forecast, 'reorder_point', 'Reorder at'),
      ...figure(forecast, 'lead_time_days', 'Lead time, days')
    )
  )
}

function chart({ daily, from }: Forecast): SVGSVGElement {
  const { mean, lower, upper } = daily
  const top = Math.max(1, ...upper, ...mean)
  const x = (i: number) => (i / (mean.length - 1)) * WIDTH
  const y = (units: number) => HEIGHT - 4 - (units / top) * (HEIGHT - 12)
  const points = (values: readonly number[]) =>
    values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`)
  const band = [...points(upper), ...points(lower).toReversed()].join(' ')
  const average = mean.reduce((sum, value) => sum + value, 0) / mean.length
  const label =
    `Forecast for ${count(mean.length, 'day', 'days')}${from ? ` from ${from}` : ''}: ${number(average)} units a day on average; ` +
    `four days of five between ${number(Math.min(...lower))} and ${number(Math.max(...upper))}.`
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
    svgElement('polygon', { class: 'band', points: band }),
    svgElement('polyline', { class: 'mean', points: points(mean).join(' ') })
  )
}

function axis({ daily: { mean, upper }, from }: Forecast): HTMLElement {
  return element(
    'p',
    { class: 'axis' },
    element('span', {}, from ?? ''),
    element('span', {}, `up to ${number(Math.max(...upper), 0)} a day`),
    element('span', {}, `+ ${mean.length} days`)
  )
}

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
