import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Check } from './facts.ts'
import { salesColumns } from '../../models/contracts/metrics/sales-columns.ts'
import { countRows } from './views.ts'
import { windowCondition, type Window } from './windows.ts'

const TOPIC = 'flipside.orders'
/** What one look reads at once. */
const ORDERS_MAX = 5_000
const LOOKS_MAX = 3
const LOOK_AGAIN_MS = 1_500
const SAMPLE = 3

const beyondProgress = (topic: string, when: string) => `
  LEFT JOIN
  (
    SELECT partition, epoch, max(next_offset) AS next_offset FROM ops.sales_progress WHERE topic = '${topic}' ${when} GROUP BY partition, epoch
  ) AS done USING (partition, epoch)
  WHERE offset >= done.next_offset`

/** Orders that the job `sales` has not come to, for a step or for what is now said of a product. */
const lateOrders = (when = '') => `
  SELECT order_id FROM raw.orders ${beyondProgress(TOPIC, when)}
  UNION ALL
  SELECT order_id FROM mart.order_lines
  WHERE product_id IN (SELECT product_id FROM raw.catalogue ${beyondProgress('flipside.catalogue', when)} AND type = 'product_upserted')`

/** Those that it had not come to when the last run began: that run may have left them out. */
const LATE_BEFORE = lateOrders('AND done_at <= (SELECT max(verified_at) FROM ops.verified)')

/**
 * `mart.sales` equals what its orders give, of all orders with a step in the windows. It follows a minute behind, so what
 * the job has not come to is left out, and said, and looked at by the next run.
 */
export async function listSales(
  client: ClickHouseClient,
  windows: readonly Window[],
  { isFull }: { isFull: boolean }
): Promise<{ checks: Check[]; left_out: string[] }> {
  const stored = windowCondition(windows, TOPIC)
  const late = await countRows(
    client,
    `(SELECT DISTINCT order_id FROM raw.orders WHERE ${stored} AND order_id IN (${lateOrders()}))`
  )
  const orders = `SELECT order_id FROM raw.orders WHERE ${stored} ${isFull ? '' : `OR order_id IN (${LATE_BEFORE})`}`
  const whole: Check[] = [
    { name: 'mart.sales holds no order that is not stored', problems: () => findUnknown(client) },
    ...MARTS.map((mart) => ({
      name: `${mart} equals its recomputation`,
      problems: () => compareSums(client, mart)
    }))
  ]
  return {
    checks: [
      { name: 'mart.sales equals its recomputation', problems: () => findWrong(client, orders) },
      ...(isFull ? whole : [])
    ],
    left_out: [
      ...(late > 0 ? [`${late} orders that the job sales has not come to yet`] : []),
      ...(isFull ? [] : MARTS)
    ]
  }
}

async function findWrong(client: ClickHouseClient, orders: string): Promise<string[]> {
  const run = `verify-${crypto.randomUUID()}`
  await noteDue(client, run, `SELECT DISTINCT order_id FROM (${orders})`)
  const parts = Math.ceil((await countRows(client, `ops.sales_due WHERE run = '${run}'`)) / ORDERS_MAX)
  let wrong: string[] = []
  let count = 0
  for (let part = 0; part < parts; part++) {
    const mine = `SELECT order_id FROM ops.sales_due WHERE run = '${run}' AND cityHash64(order_id) % ${parts} = ${part}`
    const found = await findWrongOrders(client, mine)
    count += found.length
    wrong = [...wrong, ...found].slice(0, SAMPLE)
  }
  if (count === 0) return []
  return [`${count} orders have other lines than they should, for example ${wrong.join(', ')}`]
}

/** An order that gets a step while this looks is not wrong for that. */
async function findWrongOrders(client: ClickHouseClient, orders: string): Promise<string[]> {
  let suspects = orders
  for (let look = 1; ; look++) {
    const run = `verify-${crypto.randomUUID()}`
    await noteDue(client, run, `SELECT order_id FROM (${suspects}) WHERE order_id NOT IN (${lateOrders()})`)
    const result = await client.query({
      query: `SELECT DISTINCT order_id FROM ops.sales_corrections(run = '${run}') ORDER BY order_id`,
      format: 'JSONEachRow'
    })
    const wrong = (await result.json<{ order_id: string }>()).map(({ order_id }) => order_id)
    if (wrong.length === 0 || look === LOOKS_MAX) return wrong
    suspects = `SELECT DISTINCT order_id FROM ops.sales_corrections(run = '${run}')`
    await sleep(LOOK_AGAIN_MS)
  }
}

const noteDue = (client: ClickHouseClient, run: string, orders: string) =>
  client.command({
    query: `INSERT INTO ops.sales_due (run, order_id) SELECT '${run}', order_id FROM (${orders})`
  })

async function findUnknown(client: ClickHouseClient): Promise<string[]> {
  const unknown = await countRows(
    client,
    'mart.sales WHERE order_id NOT IN (SELECT order_id FROM raw.orders)'
  )
  return unknown === 0 ? [] : [`${unknown} lines are of orders that no event names`]
}

const MARTS = ['day', 'hour', 'product', 'category', 'country'].map((mart) => `mart.sales_by_${mart}`)

/**
 * Each is summed from what the table keeps for its days, and once more from the lines: a condition on what is summed
 * keeps the engine from its sums. One query sees one state of the table, so what the job adds meanwhile is in both or in neither.
 */
async function compareSums(client: ClickHouseClient, mart: string): Promise<string[]> {
  const sums = salesColumns.map((column) => `sum(${column})`).join(', ')
  const digestOf = (from: string) => `
    SELECT toString((count(), sum(cityHash64(toString(tuple(*)))))) AS digest
    FROM (SELECT * EXCEPT (${salesColumns.join(', ')}, cost_is_simulated), ${sums} FROM ${from} GROUP BY ALL)`
  const result = await client.query({
    query: `
      SELECT kept.digest AS kept, lines.digest AS lines
      FROM (${digestOf(mart)}) AS kept
      CROSS JOIN (${digestOf(`${mart} WHERE NOT ignore(line_count)`)}) AS lines
      SETTINGS optimize_use_projections = 1, enable_shared_storage_snapshot_in_query = 1`,
    format: 'JSONEachRow'
  })
  const [sum] = await result.json<{ kept: string; lines: string }>()
  return sum?.kept === sum?.lines ? [] : [`its sums are ${sum?.kept}, those of its lines ${sum?.lines}`]
}
