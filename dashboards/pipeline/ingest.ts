import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import { healthStatPanel, healthTimePanel } from '../panel.ts'
import { colours, COUNT, PER_SECOND, SECONDS, SHARE, thresholds, type Step } from '../style.ts'

export const NO_MEASUREMENTS = 'Prometheus has no measurements of this time'

const shown = (unit: string, decimals: number, steps: Step[] = []): DynamicConfigValue[] => [
  { id: 'unit', value: unit },
  { id: 'decimals', value: decimals },
  { id: 'thresholds', value: thresholds(colours.plain, steps).build() }
]
const bad = (warn: number, from: number): Step[] => [
  { from: warn, color: colours.warn },
  { from, color: colours.bad }
]

export function now() {
  return healthStatPanel({
    title: 'The pipeline now',
    description:
      'Records that wait to be stored; records stored a second, and what was refused, of the last hour; the slowest of a hundred ' +
      'answers of the API, the share of its answers that are errors of its own, and of recommendations that are poorer than usual.',
    noValue: NO_MEASUREMENTS,
    lines: [
      {
        legend: 'Waiting records',
        expr: 'sum(flipside_ingest_lag_records)',
        properties: shown(COUNT, 0, bad(10_000, 100_000))
      },
      {
        legend: 'Stored',
        expr: 'sum(rate(flipside_ingest_records_total{result="stored"}[5m]))',
        properties: shown(PER_SECOND, 1)
      },
      {
        legend: 'Rejected in an hour',
        expr: 'sum(increase(flipside_ingest_records_total{result="rejected"}[1h]))',
        properties: shown(COUNT, 0, bad(1, 100))
      },
      {
        legend: 'Slowest answer of 100',
        expr: 'histogram_quantile(0.99, sum by (le) (rate(flipside_http_request_seconds_bucket[5m])))',
        properties: shown(SECONDS, 0, bad(0.25, 1))
      },
      {
        legend: 'Failed answers',
        expr: 'sum(rate(flipside_http_request_seconds_count{status=~"5.."}[5m])) / sum(rate(flipside_http_request_seconds_count[5m])) or vector(0)',
        properties: shown(SHARE, 2, bad(0.001, 0.01))
      },
      {
        legend: 'Poorer recommendations',
        expr: 'sum(rate(flipside_degraded_answers_total[5m])) / sum(rate(flipside_http_request_seconds_count{route="/v1/recommendations"}[5m])) or vector(0)',
        properties: shown(SHARE, 2, bad(0.001, 0.01))
      }
    ],
    width: 24,
    height: 4
  })
}

export function lag() {
  return healthTimePanel({
    title: 'Records that wait, by topic',
    description:
      'What the log holds and a group of readers has not stored yet. No line: the log does not answer, or ingest does not run.',
    noValue: NO_MEASUREMENTS,
    lines: [{ legend: '{{group}}: {{topic}}', expr: 'sum by (group, topic) (flipside_ingest_lag_records)' }],
    width: 8,
    height: 9
  })
}

export function recordsStored() {
  return healthTimePanel({
    title: 'What became of records',
    description:
      'Records a second: stored; refused, and kept with the reason; repeats of what was stored before; those of people who are to be forgotten.',
    noValue: NO_MEASUREMENTS,
    unit: PER_SECOND,
    decimals: 1,
    lines: [
      {
        legend: '{{result}}',
        expr: 'sum by (result) (rate(flipside_ingest_records_total[$__rate_interval]))'
      }
    ],
    width: 8,
    height: 9
  })
}

export function refused() {
  return healthTimePanel({
    title: 'What was refused, and attempts made again',
    description:
      'In five minutes: events that the collector refused or kept as rejected, by code; requests to it that failed, by code; steps of storing that failed and were made again.',
    noValue: NO_MEASUREMENTS,
    lines: [
      {
        legend: 'event: {{code}}',
        expr: 'sum by (code) (increase(flipside_events_total{result!="accepted"}[5m]))'
      },
      {
        legend: 'request: {{code}}',
        expr: 'sum by (code) (increase(flipside_collector_refused_requests_total[5m]))'
      },
      { legend: 'again: {{step}}', expr: 'sum by (step) (increase(flipside_ingest_retries_total[5m]))' }
    ],
    width: 8,
    height: 9
  })
}

export function blocks() {
  return healthTimePanel({
    title: 'Records in a block',
    description:
      'On average, by topic. A block closes after a second, or when it is full: large blocks mean that ingest is catching up.',
    noValue: NO_MEASUREMENTS,
    lines: [
      {
        legend: '{{topic}}',
        expr: 'sum by (topic) (rate(flipside_ingest_block_records_sum[$__rate_interval])) / sum by (topic) (rate(flipside_ingest_block_records_count[$__rate_interval]))'
      }
    ],
    width: 8,
    height: 9
  })
}
