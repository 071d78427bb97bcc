import { hash } from 'node:crypto'
import type { EventOf, EventType, ShopEvent } from '../../../models/contracts/events.ts'
import { createAgenda, type Agenda } from './agenda.ts'
import { createCopies, type Copy } from './copies.ts'
import { createDice, type Dice } from './dice.ts'
import { createCatalogue, type Catalogue } from './editions.ts'
import { createPeople, type People } from './people.ts'
import { createStockRoom, type StockRoom } from './stock-room.ts'

export const SOURCE = 'music-simulation'
export const CURRENCY = 'GBP'
export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000

export type Settings = {
  seed: string
  /** When the shop opens; the simulation's clock begins there. */
  start: string
  /** How many customers it may have at once. Visits grow with them. */
  shoppers: number
  /** Of orders and rentals, how many get one step that may not be. */
  illegalShare: number
}

type Own<Type extends EventType> = Omit<EventOf<Type>, 'type' | 'event_id' | 'occurred_at' | 'source'>
export type Emit = <Type extends EventType>(type: Type, fields: Own<Type>) => void

/** What every process of the shop is handed. */
export type World = {
  settings: Settings
  dice: Dice
  agenda: Agenda
  emit: Emit
  catalogue: Catalogue
  stock: StockRoom
  people: People
  /** Discs for rent. */
  copies: readonly Copy[]
  visitsADay: number
  /** Units of all products that are expected to be sold a day. */
  unitsADay: number
  /** The shop's own work keeps pace with its visits, so that the mix of events does not depend on its size. */
  pacedMs(days: number): number
  nextId(prefix: string): string
  timeAfter(ms: number): string
}

const SHOPPERS_PER_VISIT_A_DAY = 10
const VISITS_A_DAY_AT_PACE = 160
const UNITS_PER_VISIT = 0.4

/** Everything at rest on the opening day; `emitted` is called with every event, in the order in which they happen. */
export function createWorld(settings: Settings, emitted: (event: ShopEvent) => void): World {
  const dice = createDice(settings.seed)
  const agenda = createAgenda(Date.parse(settings.start))
  const visitsADay = settings.shoppers / SHOPPERS_PER_VISIT_A_DAY
  const counters = new Map<string, number>()
  let eventCount = 0
  const timeAfter = (ms: number) => new Date(agenda.nowMs() + ms).toISOString()
  const emit: Emit = (type, fields) => {
    const occurred_at = timeAfter(0)
    const event_id = eventId(`${settings.seed}:${eventCount++}`, occurred_at)
    const event = { type, event_id, occurred_at, source: SOURCE, simulated: ['*'], ...fields }
    // Each type's own fields are checked where it is emitted; only their union is beyond the type checker.
    emitted(event as unknown as ShopEvent)
  }
  const unitsADay = visitsADay * UNITS_PER_VISIT
  const catalogue = createCatalogue(settings.seed)
  const world = {
    settings,
    dice,
    agenda,
    emit,
    catalogue,
    visitsADay,
    unitsADay,
    pacedMs: (days: number) => (days * DAY_MS * VISITS_A_DAY_AT_PACE) / visitsADay,
    nextId: (prefix: string) => {
      const number = (counters.get(prefix) ?? 0) + 1
      counters.set(prefix, number)
      return `${prefix}${String(number).padStart(6, '0')}`
    },
    timeAfter
  }
  return { ...world, stock: createStockRoom(world), people: createPeople(world), copies: createCopies(world) }
}

/** A UUID of version 7 whose random part is a hash of the name: the same on every run with the same seed. */
export function eventId(name: string, occurred_at: string): string {
  const digest = hash('sha256', `${SOURCE}:${name}`)
  const variant = (8 + (Number.parseInt(digest.slice(3, 4), 16) % 4)).toString(16)
  return `${timePart(occurred_at)}-7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`
}

/** The same event at another time: ids sort by time. */
export const moveId = (event_id: string, occurred_at: string): string =>
  timePart(occurred_at) + event_id.slice(13)

function timePart(occurred_at: string): string {
  const time = Date.parse(occurred_at).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}
