import { refreshAffinity } from './affinity.ts'
import { tellAlerts } from './alert-digest.ts'
import { readSnoozeEnd } from './alerts/snoozes.ts'
import { publishForecasts } from './forecasts.ts'
import { publishFresh } from './fresh.ts'
import type { Job } from './job.ts'
import { rebuildKeys } from './keys.ts'
import { publishNeighbours } from './neighbours.ts'
import { publishProducts } from './products.ts'
import { readCurrent } from './redis.ts'
import { restAfter } from './rest-after.ts'
import { rebuildProfiles } from './profiles.ts'
import { judgeModels } from './quality.ts'
import { recheckSales, refreshSales } from './sales.ts'
import { createReplenishment, NAME as REPLENISHMENT } from './replenishment.ts'
import { publishSessions } from './sessions.ts'
import { whenNew } from './when-new.ts'

/** Without its rest. */
export const fresh = whenNew(
  ['flipside.catalogue', 'flipside.orders', 'flipside.rentals'],
  {
    name: 'fresh',
    what: 'neighbours of works that are new or were traded since the last whole build',
    cron: '* * * * *',
    run: publishFresh
  },
  // A whole build that read before the last order was stored does not have it.
  { basis: async ({ redis }) => (await readCurrent(redis))['bought_together'] ?? '' }
)

/** Without its rest. A new hour is new too: days change, and what was snoozed comes back. */
export const replenishment = whenNew(
  ['flipside.stock', 'flipside.catalogue', 'flipside.operations', 'flipside.rentals'],
  {
    name: REPLENISHMENT,
    what: 'what to order and what runs out, by the forecasts and the stock of now',
    cron: '* * * * *',
    run: createReplenishment()
  },
  {
    basis: async ({ clickhouse, redis }) =>
      [
        (await readCurrent(redis))['forecasts'],
        await readSnoozeEnd(clickhouse),
        new Date().toISOString().slice(0, 13)
      ].join(' ')
  }
)

/** In the order in which an empty serving store wants them. */
export const jobs: readonly Job[] = [
  {
    name: 'keys',
    what: 'API keys, rebuilt from the warehouse',
    run: rebuildKeys
  },
  whenNew(['flipside.catalogue', 'flipside.stock', 'flipside.orders'], {
    name: 'products',
    what: 'product facts and stock on hand',
    cron: '* * * * *',
    run: publishProducts
  }),
  {
    name: 'sales',
    what: 'mart.sales, late payments, refunds and costs included',
    cron: '* * * * *',
    run: refreshSales
  },
  {
    name: 'recheck-sales',
    what: 'the same, but every order is reckoned anew: after changes by hand',
    is_apart: true,
    run: recheckSales
  },
  {
    name: 'neighbours',
    what: 'bought together, similar and popular works; not published when worse',
    cron: '7 * * * *',
    run: publishNeighbours
  },
  {
    name: 'sessions',
    what: 'what visitors looked at in one go, lately',
    cron: '*/10 * * * *',
    run: publishSessions
  },
  restAfter(fresh, { times: 10 }),
  {
    name: 'forecasts',
    what: 'demand by day and over lead times, with its error',
    cron: '17 3 * * *',
    run: publishForecasts
  },
  restAfter(replenishment, { times: 10 }),
  {
    name: 'alert-digest',
    what: 'tells ALERT_WEBHOOK_URL of low and empty stock, in one message',
    cron: '* * * * *',
    run: tellAlerts
  },
  {
    name: 'affinity',
    what: 'works bought in one order, for analysts',
    cron: '37 3 * * *',
    run: refreshAffinity
  },
  {
    name: 'profiles',
    what: 'visitors’ recent and owned products, rebuilt from the warehouse',
    run: rebuildProfiles
  },
  {
    name: 'quality',
    what: 'how good recommendations are, judged by the shop’s own last days',
    cron: '47 3 * * *',
    run: judgeModels
  }
]
