import { healthTimePanel } from '../panel.ts'
import { PER_SECOND, SECONDS, SHARE } from '../style.ts'
import { NO_MEASUREMENTS } from './ingest.ts'

const quantile = (q: number, of = '') =>
  `histogram_quantile(${q}, sum by (le) (rate(flipside_http_request_seconds_bucket${of}[$__rate_interval])))`

export function latency() {
  return healthTimePanel({
    title: 'How long answers take',
    description:
      'Half of all answers of the API, and 99 of 100, are faster than this; and 99 of 100 of the recommendations, which a page waits for.',
    noValue: NO_MEASUREMENTS,
    unit: SECONDS,
    decimals: 1,
    lines: [
      { legend: 'Half of all', expr: quantile(0.5) },
      { legend: '99 of 100', expr: quantile(0.99) },
      { legend: '99 of 100 recommendations', expr: quantile(0.99, '{route="/v1/recommendations"}') }
    ],
    width: 8,
    height: 9
  })
}

export function requests() {
  return healthTimePanel({
    title: 'Requests by status',
    description: 'Requests a second that the API answered, by the status of the answer.',
    noValue: NO_MEASUREMENTS,
    unit: PER_SECOND,
    decimals: 1,
    lines: [
      {
        legend: '{{status}}',
        expr: 'sum by (status) (rate(flipside_http_request_seconds_count[$__rate_interval]))'
      }
    ],
    width: 8,
    height: 9
  })
}

export function servedAge() {
  return healthTimePanel({
    title: 'Age of what is served',
    description:
      'Since a process of the API loaded the version that it serves: of several, the oldest. It falls to 0 whenever a job publishes.',
    noValue: NO_MEASUREMENTS,
    unit: SECONDS,
    decimals: 1,
    lines: [{ legend: '{{kind}}', expr: 'max by (kind) (flipside_serving_age_seconds)' }],
    width: 12,
    height: 9
  })
}

export function answersFromMemory() {
  return healthTimePanel({
    title: 'Questions answered from memory',
    description:
      'Share of questions about sales that the API answered from what it was asked a few seconds before, instead of asking the warehouse again.',
    noValue: NO_MEASUREMENTS,
    unit: SHARE,
    lines: [
      {
        legend: 'From memory',
        expr: 'sum(rate(flipside_warehouse_questions_total{result="memory"}[$__rate_interval])) / sum(rate(flipside_warehouse_questions_total[$__rate_interval]))'
      }
    ],
    width: 12,
    height: 9
  })
}
