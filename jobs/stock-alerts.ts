import type { ServedAlert } from '../models/contracts/served-stock.ts'
import { STOCK_ALERTS } from '../models/contracts/events/stock.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts } from './job.ts'
import { followReading, type AlertReading, type Followed } from './alerts/follow.ts'
import { fieldOf, readKept, unknownOf, type KnownAlerts } from './alerts/kept.ts'
import { keepDecided, sendDecided } from './alerts/outbox.ts'
import { readSnoozes } from './alerts/snoozes.ts'

export type { AlertReading } from './alerts/follow.ts'

type Ports = Pick<JobPorts, 'clickhouse' | 'redis' | 'config' | 'sendEvents'>
type Snoozes = Awaited<ReturnType<typeof readSnoozes>>

/** Throws when the log takes no events: they stay and go with the next run. */
export async function raiseAlerts(
  ports: Ports,
  readings: readonly AlertReading[]
): Promise<Map<string, ServedAlert[]>> {
  const alerts = await decideAlerts(ports, readings)
  await sendDecided(ports)
  return alerts
}

/**
 * Warns where stock crosses a threshold, and answers what is raised of each product. A warning is an event, which always
 * happens and waits for `sendDecided`, and a notice to people, which a snooze holds back.
 */
export async function decideAlerts(
  ports: Omit<Ports, 'sendEvents'>,
  readings: readonly AlertReading[]
): Promise<Map<string, ServedAlert[]>> {
  const known = await readKept(ports)
  const snoozes = await readSnoozes(ports.clickhouse)
  const retired = await readRetired(ports.clickhouse, readings, known)
  const followed = followReadings([...readings, ...retired], known, snoozes)
  const changed = followed.filter(({ kept, events }) => events.length > 0 || known.byField.has(fieldOf(kept)))
  // Of no readings nothing is known, not even when.
  if (readings.length > 0) {
    await keepDecided(ports.redis, {
      atMs: readings.reduce((latest, { at }) => Math.max(latest, at.getTime() || 0), 0),
      kept: changed.map(({ kept }) => kept),
      events: changed.flatMap(({ events }) => events),
      // Without somebody to tell they would only be in the way of whoever comes later.
      notices: ports.config.ALERT_WEBHOOK_URL ? changed.flatMap(({ notices }) => notices) : []
    })
  }
  return servedOf(followed)
}

/** What is sold no more has no readings, and what was raised of it would never be over. */
async function readRetired(
  clickhouse: Ports['clickhouse'],
  readings: readonly AlertReading[],
  { byField }: KnownAlerts
): Promise<AlertReading[]> {
  const [first] = readings
  if (!first) return []
  const read = new Set(readings.map(({ product_id }) => product_id))
  const missing = [...byField.values()].filter((one) => one.raised && !read.has(one.product_id))
  if (missing.length === 0) return []
  const rows = await readRows<{ product_id: string }>(clickhouse, 'retired-products')
  const retired = new Set(rows.map(({ product_id }) => product_id))
  const units = new Map(missing.map((one) => [one.product_id, one.units ?? 0]))
  return [...units].flatMap(([product_id, available]) =>
    retired.has(product_id)
      ? { product_id, group: '', available, at: first.at, low_at: null, is_retired: true }
      : []
  )
}

function followReadings(
  readings: readonly AlertReading[],
  { byField, readAtMs }: KnownAlerts,
  snoozes: Snoozes
): Followed[] {
  return readings.flatMap((reading) =>
    STOCK_ALERTS.map((alert) => {
      const of = { product_id: reading.product_id, alert }
      const before = byField.get(fieldOf(of)) ?? unknownOf(of)
      return followReading(before, reading, { snooze: snoozes.get(fieldOf(of)), readAtMs })
    })
  )
}

function servedOf(followed: readonly Followed[]): Map<string, ServedAlert[]> {
  const served = new Map<string, ServedAlert[]>()
  for (const { kept, snoozed_until } of followed) {
    if (!kept.raised) continue
    const { at_ms, units, threshold } = kept.raised
    const own = served.get(kept.product_id) ?? []
    own.push({
      alert: kept.alert,
      raised_at: new Date(at_ms).toISOString(),
      units,
      threshold,
      snoozed_until
    })
    served.set(kept.product_id, own)
  }
  return served
}
