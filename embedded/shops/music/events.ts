import type { ShopEvent } from '../../../models/contracts/events.ts'
import type { Process } from './agenda.ts'
import {
  describeSuppliers,
  negotiate,
  publishRules,
  rotateKeys,
  runExperiments,
  setThresholds
} from './back-office.ts'
import { countShelves, reorder, takeTradeIns } from './buying.ts'
import { changePrices, introduce, release, scheduleOffers } from './catalogue-desk.ts'
import { register } from './checkout.ts'
import { sellOverTheCounter, sellWholesale } from './counter.ts'
import { changeConsent, forgetPeople, updateCustomers } from './customer-desk.ts'
import { visit } from './visit.ts'
import { createWorld, DAY_MS, HOUR_MS, type Settings, type World } from './world.ts'

export type MusicOptions = Partial<Omit<Settings, 'start'>> & { start: string }

export const DEFAULT_SETTINGS: Omit<Settings, 'start'> = {
  seed: 'flipside',
  shoppers: 1_600,
  illegalShare: 0.004
}
/** Of the customers that the shop may have, how many it has when it opens. */
const KNOWN_SHARE = 0.6

/**
 * Everything that happens in the simulated shop from `start` on, oldest first, without end: its catalogue, stock and
 * known customers, then its days. Pure: the same seed, start and settings give the same events with the same ids.
 */
export function* musicEvents(options: MusicOptions): Generator<ShopEvent, never, void> {
  const events: ShopEvent[] = []
  const world = createWorld({ ...DEFAULT_SETTINGS, ...options }, (event) => events.push(event))
  open(world)
  for (;;) {
    yield* events
    events.length = 0
    world.agenda.step()
  }
}

function open(world: World): void {
  const { catalogue, people, settings, agenda } = world
  describeSuppliers(world)
  for (const edition of catalogue.editions) if (edition.state === 'sold') introduce(world, edition)
  while (people.shoppers.length < settings.shoppers * KNOWN_SHARE) register(world)
  const departments: ((world: World) => Process)[] = [
    receiveVisitors,
    sellOverTheCounter,
    sellWholesale,
    reorder,
    countShelves,
    takeTradeIns,
    changePrices,
    scheduleOffers,
    release,
    updateCustomers,
    changeConsent,
    forgetPeople,
    negotiate,
    setThresholds,
    publishRules,
    runExperiments,
    rotateKeys
  ]
  for (const department of departments) agenda.start(department(world))
}

/** By the hour of the day, UTC; the evening is busiest. */
const HOUR_WEIGHTS = [
  0.3, 0.15, 0.1, 0.1, 0.1, 0.2, 0.4, 0.7, 0.9, 1, 1.1, 1.2, 1.4, 1.2, 1.1, 1.1, 1.2, 1.4, 1.7, 2, 2.1, 1.9,
  1.4, 0.8
]
const WEEKEND_WEIGHT = 1.3
const BUSIEST = 2.1 * WEEKEND_WEIGHT
const MEAN_WEIGHT =
  (HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0) / 24) * ((5 + 2 * WEEKEND_WEIGHT) / 7)

/** Visits come as at the busiest hour, and of each as many stay as the hour deserves: an exact way to vary the pace. */
function* receiveVisitors(world: World): Process {
  const { dice, agenda, visitsADay } = world
  const gapMs = ((DAY_MS / visitsADay) * MEAN_WEIGHT) / BUSIEST
  for (;;) {
    yield dice.waitMs(gapMs)
    const now = agenda.nowMs()
    const weekday = new Date(now).getUTCDay()
    const weight =
      (HOUR_WEIGHTS[Math.floor(now / HOUR_MS) % 24] ?? 1) * (weekday % 6 === 0 ? WEEKEND_WEIGHT : 1)
    if (dice.chance(weight / BUSIEST)) agenda.start(visit(world))
  }
}
