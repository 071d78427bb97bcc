import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { STOCK_ALERTS } from '../../models/contracts/events/stock.ts'
import { UNKNOWN } from '../../models/inventory/alerts.ts'
import { readRows } from '../clickhouse.ts'
import type { JobPorts } from '../job.ts'

export type StockAlert = (typeof STOCK_ALERTS)[number]

const Nullable = Type.Union([Type.Number(), Type.Null()])
const KeptSchema = Type.Object({
  product_id: Type.String(),
  alert: Type.Enum(['low_stock', 'stock_out']),
  as_of: Nullable,
  units: Nullable,
  raised_at: Nullable,
  told_at: Nullable,
  /** The reading at which it was last raised or cleared. */
  changed_at: Nullable,
  /** What its event says; null where it is not raised. */
  raised: Type.Union([
    Type.Object({ at_ms: Type.Number(), units: Type.Number(), threshold: Type.Number() }),
    Type.Null()
  ])
})
/** What is kept of a product and alert (`AlertState`), and what was said when it was raised. */
export type Kept = Static<typeof KeptSchema>
const kept = Compile(KeptSchema)

/** One field a product and alert: those that are raised, and for a while those that were. */
export const ALERTS_KEY = 'flipside:stock-alerts'
/** Of no product: the time of the last readings. It also says that the hash is whole, even when nothing is raised. */
export const READ_FIELD = ''

export const fieldOf = ({ product_id, alert }: Pick<Kept, 'product_id' | 'alert'>): string =>
  `${alert} ${product_id}`

export const unknownOf = (of: Pick<Kept, 'product_id' | 'alert'>): Kept => ({
  ...UNKNOWN,
  ...of,
  changed_at: null,
  raised: null
})

/** `readAtMs`: of the last readings; undefined where that is not known. */
export type KnownAlerts = { byField: Map<string, Kept>; readAtMs: number | undefined }

/**
 * What is raised. A serving store that lost it is told by the warehouse, so nothing is raised again; what was sent and is
 * not stored yet is, as the same event.
 */
export async function readKept({
  redis,
  clickhouse
}: Pick<JobPorts, 'redis' | 'clickhouse'>): Promise<KnownAlerts> {
  const { [READ_FIELD]: readAt, ...fields } = await redis.hgetall(ALERTS_KEY)
  if (readAt === undefined) return { byField: await rebuild(clickhouse), readAtMs: undefined }
  const entries = Object.values(fields).flatMap((text) => {
    const value: unknown = JSON.parse(text)
    return kept.Check(value) ? [[fieldOf(value), value] as const] : []
  })
  return { byField: new Map(entries), readAtMs: Number(readAt) }
}

type OpenAlert = Pick<Kept, 'product_id' | 'alert'> & { raised_ms: number; units: number; threshold: number }

async function rebuild(clickhouse: JobPorts['clickhouse']): Promise<Map<string, Kept>> {
  const rows = await readRows<OpenAlert>(clickhouse, 'open-alerts')
  return new Map(rows.map((row) => [fieldOf(row), keptOf(row)]))
}

/** Whether people were told is not stored; that they were is more likely, and less of a nuisance when it is wrong. */
const keptOf = ({ product_id, alert, raised_ms, units, threshold }: OpenAlert): Kept => ({
  product_id,
  alert,
  as_of: raised_ms,
  units,
  raised_at: raised_ms,
  told_at: raised_ms,
  changed_at: raised_ms,
  raised: { at_ms: raised_ms, units, threshold }
})
