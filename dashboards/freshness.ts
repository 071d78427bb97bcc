import { fillJobs } from './alerts/jobs.ts'
import { tablePanel } from './panel.ts'
import { readSql, WarehouseQuery } from './sources/warehouse.ts'
import { MINUTES, type ShopStyle } from './style.ts'

/** At the end of a board of the shop: whoever doubts a figure sees how old what it rests on is. */
export function freshness(shop: ShopStyle) {
  const sql = fillJobs(readSql(new URL('freshness.sql', import.meta.url), shop))
  return tablePanel({
    title: 'How old this is',
    description:
      'Minutes since orders last came in, and since each job that makes these figures last went well, as of now whatever the range. A shop that is closed has no orders, and is not at fault.',
    noValue: 'Nothing was ever stored or made',
    query: new WarehouseQuery(sql, [
      { field: 'what', title: 'What', type: 'string', minWidth: 160 },
      { field: 'age_minutes', title: 'Since', type: 'number', unit: MINUTES },
      { field: 'state', title: 'State', type: 'string', minWidth: 240 }
    ]),
    width: 24,
    height: 7
  })
}
