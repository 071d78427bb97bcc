import type { Column } from '../column.ts'
import { tablePanel } from '../panel.ts'
import { readSql, WarehouseQuery } from '../sources/warehouse.ts'
import { colours, COUNT, MINUTES, type ShopStyle } from '../style.ts'

const ask = (shop: ShopStyle, name: string, columns: Column[]) =>
  new WarehouseQuery(readSql(new URL(`${name}.sql`, import.meta.url), shop), columns)

const coloured = [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]
const count = (field: string, title: string): Column => ({ field, title, type: 'number', unit: COUNT })
const badCount = (field: string, title: string): Column => ({
  ...count(field, title),
  steps: { base: colours.plain, steps: [{ from: 1, color: colours.bad }] },
  more: coloured
})

export function topics(shop: ShopStyle) {
  return tablePanel({
    title: 'Topics of the log',
    description:
      'As of now: since records of a topic were last stored, and what became of those of the last 24 hours. A topic of which nothing was ever stored is not listed.',
    noValue: 'Nothing was stored yet',
    query: ask(shop, 'topics', [
      { field: 'topic', title: 'Topic', type: 'string', minWidth: 120 },
      { field: 'quiet_minutes', title: 'Quiet', type: 'number', unit: MINUTES },
      count('stored_hour', 'Stored, hour'),
      count('stored_day', 'Stored, day'),
      badCount('rejected_day', 'Rejected, day'),
      count('repeats_day', 'Repeats, day')
    ]),
    width: 12,
    height: 9
  })
}

export function jobs(shop: ShopStyle) {
  return tablePanel({
    title: 'Jobs',
    description:
      'As of now: since each job last succeeded, how long it took, and its runs of the last 24 hours.',
    noValue: 'No job has run yet',
    query: ask(shop, 'jobs', [
      { field: 'job', title: 'Job', type: 'string', minWidth: 120 },
      { field: 'last_ok', title: 'Last went well', type: 'string' },
      { field: 'age_minutes', title: 'Since success', type: 'number', unit: MINUTES },
      { field: 'last_took_s', title: 'Took', type: 'number', unit: 's', decimals: 1 },
      count('runs_day', 'Runs, day'),
      badCount('failures_day', 'Failures, day')
    ]),
    width: 12,
    height: 9
  })
}

export function flags(shop: ShopStyle) {
  return tablePanel({
    title: "What the shop's systems should not have said",
    description:
      'In these days: what cannot be, such as a shipment of an order that was cancelled. It is kept, and moves nothing.',
    noValue: 'Everything that was said can be',
    query: ask(shop, 'flags', [
      { field: 'subject', title: 'Of', type: 'string', width: 90 },
      { field: 'problem', title: 'Problem', type: 'string', minWidth: 200 },
      count('times', 'Times'),
      { field: 'last_at', title: 'Last', type: 'timestamp', width: 160 },
      { field: 'example', title: 'For example', type: 'string', minWidth: 140 }
    ]),
    width: 24,
    height: 9
  })
}
