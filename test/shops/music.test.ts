import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { readAlbums } from '../../embedded/shops/music/albums.ts'
import { DEFAULT_SETTINGS, musicEvents } from '../../embedded/shops/music/events.ts'
import { describeMix } from '../../embedded/shops/music/mix.ts'
import { moveEvent } from '../../embedded/shops/music/move-event.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { eventTypes, type EventOf, type EventType, type ShopEvent } from '../../models/contracts/events.ts'
import { orderMoves, rentalMoves, type Moves } from '../../models/contracts/lives.ts'
import { parseMoney } from '../../models/contracts/money.ts'
import { stockEffects } from '../../models/contracts/stock-ledger.ts'

const START = '2026-03-02T00:00:00.000Z'
const WEEKS = 4
const END = new Date(Date.parse(START) + WEEKS * 7 * 86_400_000).toISOString()
let events: ShopEvent[]

beforeAll(() => {
  events = [...eventsUntil(END)]
})

describe('the simulated record shop', () => {
  it('is the same for the same seed, and another for another', () => {
    const digest = (seed: string) => {
      const hash = createHash('sha256')
      for (const event of take(6_000, musicEvents({ start: START, seed }))) hash.update(JSON.stringify(event))
      return hash.digest('hex')
    }
    expect(digest('a')).toBe(digest('a'))
    expect(digest('a')).not.toBe(digest('b'))
  })

  it('makes events that every check passes, each with an id of its own, none before the one before', () => {
    const refused = events.map(checkEvent).filter((checked) => !checked.ok)
    expect(refused.slice(0, 3)).toEqual([])
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length)
    expect(events.every((event, i) => event.occurred_at >= (events[i - 1]?.occurred_at ?? ''))).toBe(true)
  })

  it('marks what is invented: all of an event, or what the catalogue does not know', () => {
    const others = events.filter((event) => !event.simulated?.includes('*'))
    expect(new Set(others.map((event) => event.type))).toEqual(new Set(['product_upserted']))
    expect(others[0]?.simulated).toEqual(['format', 'price', 'unit_cost', 'lead_time_days'])
  })

  it('lets every type of event happen, in the mix that it describes', () => {
    const day = events.filter((event) => event.occurred_at > START)
    const counts = Map.groupBy(day, (event) => event.type)
    expect(eventTypes.filter((type) => !counts.has(type))).toEqual([])
    const mix = describeMix()
    expect(mix.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    const wrong = mix.flatMap(({ type, share }) => {
      const found = (counts.get(type)?.length ?? 0) / day.length
      // A quarter more or less, and a little for what happens a few times only.
      return Math.abs(found - share) <= 0.25 * share + 0.001 ? [] : [`${type}: ${found}, not ${share}`]
    })
    expect(wrong).toEqual([])
  })

  it('describes the mix in its README as it is', () => {
    const text = readFileSync(new URL('../../embedded/shops/music/README.md', import.meta.url), 'utf8')
    const told = [...text.matchAll(/`(\w+)` \| ([\d.]+) \|/g)].map(([, type, percent]) => [
      type,
      Number(percent)
    ])
    expect(told.length).toBeGreaterThan(30)
    const mix = new Map<string, number>(describeMix().map(({ type, share }) => [type, 100 * share]))
    for (const [type, percent] of told)
      expect(mix.get(String(type)), String(type)).toBeCloseTo(Number(percent), 1)
  })

  it('sells works in several formats, by their own artists', () => {
    const products = ofType('product_upserted')
    const formats = new Set(products.map((product) => product.format))
    expect(formats).toEqual(new Set(['cd', 'vinyl', 'dvd', 'blu-ray']))
    const artists = new Map(
      readAlbums().map((album) => [`A${album.album_id.padStart(3, '0')}`, album.artist])
    )
    expect(artists.size).toBe(347)
    expect(new Set(products.map((product) => product.work_id)).size).toBe(artists.size)
    for (const { work_id, attributes } of products) expect(attributes['artist']).toBe(artists.get(work_id))
  })
})

describe('its orders', () => {
  it('take the steps that orders may take, but for the share of mistakes', () => {
    const orders = Map.groupBy(
      events.filter((event) => 'order_id' in event),
      (event) => event.order_id
    )
    const wrong = countIllegal(orderMoves, [...orders.values()])
    expect(wrong).toBeGreaterThan(0)
    expect(wrong).toBeLessThan(3 * DEFAULT_SETTINGS.illegalShare * orders.size)
  })

  it('make no mistake when none are wanted', () => {
    const flawless = take(30_000, musicEvents({ start: START, illegalShare: 0 }))
    const orders = Map.groupBy(
      flawless.filter((event) => 'order_id' in event),
      (event) => event.order_id
    )
    expect(orders.size).toBeGreaterThan(300)
    expect(countIllegal(orderMoves, [...orders.values()])).toBe(0)
  })

  it('are paid to the penny, and never paid back twice', () => {
    const paid = new Map(ofType('order_paid').map((event) => [event.order_id, parseMoney(event.amount)]))
    const placed = new Map(ofType('order_placed').map((event) => [event.order_id, amountOf(event)]))
    for (const [order_id, amount] of paid) expect(amount, order_id).toBe(placed.get(order_id))
    const refunds = Map.groupBy(ofType('order_refunded'), (event) => event.order_id)
    expect(refunds.size).toBeGreaterThan(10)
    for (const [order_id, list] of refunds) {
      const back = list.reduce((sum, event) => sum - amountOf(event), 0n)
      expect(back > 0n && back <= (paid.get(order_id) ?? 0n), order_id).toBe(true)
    }
  })

  it('follow tastes: works bought together are of one genre far more often than by chance', () => {
    const genres = new Map(ofType('product_upserted').map((p) => [p.product_id, p.attributes['genre'] ?? '']))
    const baskets = ofType('order_placed').map(({ lines }) =>
      lines.flatMap(({ product_id }) => (product_id === undefined ? [] : [genres.get(product_id) ?? '']))
    )
    const sold = baskets.flat()
    const shares = [...Map.groupBy(sold, (genre) => genre).values()].map((some) => some.length / sold.length)
    const byChance = shares.reduce((sum, share) => sum + share * share, 0)
    const pairs = baskets.flatMap((basket) =>
      basket.flatMap((a, i) => basket.slice(i + 1).map((b) => a === b))
    )
    expect(pairs.filter(Boolean).length / pairs.length).toBeGreaterThan(2 * byChance)
  })
})

describe('its stock, rentals and people', () => {
  it('never hold less than nothing, nor set aside more than there is', () => {
    const levels = new Map<string, { on_hand: number; reserved: number; on_order: number }>()
    for (const event of events) {
      const effect = stockEffects[event.type as keyof typeof stockEffects] as
        | { on_hand?: number; reserved?: number; on_order?: number }
        | undefined
      if (!effect || !('product_id' in event) || !('quantity' in event)) continue
      const level = levels.get(event.product_id) ?? { on_hand: 0, reserved: 0, on_order: 0 }
      levels.set(event.product_id, level)
      const expected = event.type === 'stock_counted' ? event.expected_quantity : 0
      if (event.type === 'stock_counted') expect(expected).toBe(level.on_hand)
      const reserved = event.type === 'stock_shipped' ? event.reserved_quantity : undefined
      level.on_hand += (effect.on_hand ?? 0) * (event.quantity - expected)
      level.reserved += (effect.reserved ?? 0) * (reserved ?? event.quantity)
      level.on_order += (effect.on_order ?? 0) * event.quantity
      expect(level.reserved >= 0 && level.on_hand >= level.reserved && level.on_order >= 0).toBe(true)
    }
    expect(levels.size).toBeGreaterThan(400)
  })

  it('rent out a copy to one person at a time, and keep to the life of a rental', () => {
    const rentals = events.filter((event) => 'rental_id' in event)
    const lives = [...Map.groupBy(rentals, (event) => event.rental_id).values()]
    expect(countIllegal(rentalMoves, lives)).toBeLessThanOrEqual(
      3 * DEFAULT_SETTINGS.illegalShare * lives.length + 1
    )
    const out = new Map<string, string>()
    for (const event of rentals) {
      if (event.type === 'rental_started') {
        expect(out.get(event.copy_id)).toBeUndefined()
        out.set(event.copy_id, event.rental_id)
      } else if (['rental_returned', 'rental_reversed', 'rental_lost'].includes(event.type)) {
        out.delete(event.copy_id)
      }
    }
    const held = new Map<string, bigint>()
    for (const event of rentals) {
      if (event.type !== 'deposit_taken' && event.type !== 'deposit_returned') continue
      const sign = event.type === 'deposit_taken' ? 1n : -1n
      held.set(event.rental_id, (held.get(event.rental_id) ?? 0n) + sign * parseMoney(event.amount))
      expect(held.get(event.rental_id)).toBeGreaterThanOrEqual(0n)
    }
  })

  it('know nobody who was not registered, and never see again who was forgotten', () => {
    const known = new Set<string>()
    for (const event of events) {
      if (event.type === 'customer_registered') known.add(event.customer_id)
      else if (event.type === 'customer_erased') known.delete(event.customer_id)
      else if (event.user_id !== undefined) expect(known.has(event.user_id), event.user_id).toBe(true)
    }
  })

  it('let a guest who logs in be one person before and after', () => {
    const logins = ofType('customer_logged_in')
    const guests = new Set(events.map((event) => !event.user_id && event.anonymous_id))
    expect(logins.every((login) => guests.has(login.anonymous_id))).toBe(true)
  })
})

describe('an event at another time', () => {
  it('is the same event; what it announces keeps its distance', () => {
    const moved = '2026-12-24T12:00:00.250Z'
    const rental = ofType('rental_started')[0]
    if (!rental) throw new Error('nothing was rented')
    const later = moveEvent(rental, moved)
    if (later.type !== 'rental_started') throw new Error('became something else')
    expect(checkEvent(later).ok).toBe(true)
    expect(later.event_id.slice(13)).toBe(rental.event_id.slice(13))
    expect(Number.parseInt(later.event_id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse(moved))
    const distance = (event: EventOf<'rental_started'>) =>
      Date.parse(event.due_at) - Date.parse(event.occurred_at)
    expect(distance(later)).toBe(distance(rental))
    expect(moveEvent(later, rental.occurred_at)).toEqual(rental)
  })
})

function* eventsUntil(end: string): Generator<ShopEvent> {
  for (const event of musicEvents({ start: START })) {
    if (event.occurred_at >= end) return
    yield event
  }
}

function take(count: number, from: Iterable<ShopEvent>): ShopEvent[] {
  const taken: ShopEvent[] = []
  for (const event of from) if (taken.push(event) === count) break
  return taken
}

const ofType = <Type extends EventType>(type: Type): EventOf<Type>[] =>
  events.filter((event): event is EventOf<Type> & ShopEvent => event.type === type)

const amountOf = ({ lines }: EventOf<'order_placed' | 'order_refunded'>): bigint =>
  lines.reduce((sum, line) => sum + parseMoney(line.unit_price) * BigInt(line.quantity), 0n)

function countIllegal(moves: Moves, lives: readonly (readonly ShopEvent[])[]): number {
  let count = 0
  for (const life of lives) {
    let state = 'none'
    for (const { type } of life) {
      if (type.startsWith('deposit')) continue
      const next = moves[state]?.[type]
      if (next === undefined) count++
      else state = next
    }
  }
  return count
}
