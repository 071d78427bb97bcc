import { isGuest, LIST_ITEMS_MAX, LOGINS_MAX, type Sources, type Timed } from './sources.ts'
import type { MarkList } from './told.ts'

/** The profile as it is served. */
export type Lists = {
  recent: Timed[]
  hidden: Timed[]
  owned: Timed[]
  tier: string | undefined
  consent: Consent
  gaveBack: boolean
}
/** Undefined: never said, which refuses nothing. */
export type Consent = { given: boolean; from_ms: number } | undefined

export type VisitorSources = { visitor: string; sources: Sources; browsers: Sources[] }

/**
 * Pure: the same sources in any order make the same profile. What a guest did up to a login is the history of whoever
 * logged in then; what came after the last login is the guest's.
 */
export function listsOf({ visitor, sources, browsers }: VisitorSources): Lists {
  const customer_id = isGuest(visitor) ? undefined : visitor.slice('u:'.length)
  const all = isGuest(visitor)
    ? [ownPart(sources, undefined)]
    : [sources, ...browsers.map((browser) => ownPart(browser, customer_id))]
  const consent = consentOf(sources)
  const marks = (list: MarkList) =>
    consent?.given === false
      ? []
      : newest(
          all.flatMap((part) => part[list].filter(({ at_ms }) => at_ms >= (consent?.from_ms ?? 0))),
          LIST_ITEMS_MAX[list]
        )
  const orders = all.flatMap((part) => part.orders)
  return {
    recent: marks('recent'),
    hidden: marks('hidden'),
    owned: newest(ownedOf(orders), LIST_ITEMS_MAX.owned),
    tier: sources.facts
      .filter(({ name }) => name === 'tier')
      .toSorted(byTime)
      .at(-1)?.value,
    consent,
    gaveBack: orders.some(({ step }) => step !== 'placed')
  }
}

/** A guest's history that belongs to the customer; without one, to the guest still. */
export function ownPart(guest: Sources, customer_id: string | undefined) {
  const isOwn = ({ at_ms }: { at_ms: number }) => ownerOf(guest, at_ms) === customer_id
  return {
    recent: guest.recent.filter(isOwn),
    hidden: guest.hidden.filter(isOwn),
    orders: guest.orders.filter(isOwn)
  }
}

/** Who logged in next; undefined when nobody did. */
export function ownerOf({ logins }: Pick<Sources, 'logins'>, at_ms: number): string | undefined {
  const next = logins.findIndex((login) => login.at_ms >= at_ms)
  // Of what came before logins that are forgotten nobody can tell whose it is.
  if (next === 0 && logins.length >= LOGINS_MAX) return ''
  return logins[next]?.customer_id
}

/** The last word counts; after a refusal only what happened since it was taken back may be used. */
export function consentOf({ facts }: Pick<Sources, 'facts'>): Consent {
  const words = facts.filter(({ name }) => name === 'personalisation').toSorted(byTime)
  if (words.length === 0) return undefined
  const refused = words.findLast(({ value }) => value === '0')
  if (!refused) return { given: true, from_ms: 0 }
  const allowed = words.find(({ at_ms }) => at_ms > refused.at_ms)
  return allowed ? { given: true, from_ms: allowed.at_ms } : { given: false, from_ms: Infinity }
}

const byTime = (a: { at_ms: number; value: string }, b: { at_ms: number; value: string }) =>
  a.at_ms - b.at_ms || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)

/** Each product once by its last time, in the order of a sorted set from its end. */
function newest(marks: Timed[], max: number): Timed[] {
  const last = new Map<string, number>()
  for (const { product_id, at_ms } of marks) {
    last.set(product_id, Math.max(last.get(product_id) ?? -Infinity, at_ms))
  }
  return [...last]
    .map(([product_id, at_ms]) => ({ product_id, at_ms, bytes: Buffer.from(product_id) }))
    .toSorted((a, b) => b.at_ms - a.at_ms || Buffer.compare(b.bytes, a.bytes))
    .slice(0, max)
    .map(({ product_id, at_ms }) => ({ product_id, at_ms }))
}

/**
 * What was bought and not given back in full. A credit note need not name its order, so units are counted by product over
 * all orders. Goods that came back and were then refunded are told twice: the larger of both counts.
 */
function ownedOf(orders: Sources['orders']): Timed[] {
  const cancelled = new Set(orders.filter(({ step }) => step === 'cancelled').map(({ order_id }) => order_id))
  const bought = new Map<string, { units: number; at_ms: number }>()
  const givenBack = new Map<string, { product_id: string; refunded: number; returned: number }>()
  for (const { step, order_id, units, at_ms } of orders) {
    if (step === 'placed' && cancelled.has(order_id)) continue
    for (const [product_id, count] of units) {
      if (step === 'placed') {
        const known = bought.get(product_id) ?? { units: 0, at_ms }
        bought.set(product_id, { units: known.units + count, at_ms: Math.max(known.at_ms, at_ms) })
      } else if (step !== 'cancelled' && !cancelled.has(order_id)) {
        const place = `${order_id}\n${product_id}`
        const known = givenBack.get(place) ?? { product_id, refunded: 0, returned: 0 }
        givenBack.set(place, { ...known, [step]: known[step] + count })
      }
    }
  }
  for (const { product_id, refunded, returned } of givenBack.values()) {
    const known = bought.get(product_id)
    if (known) known.units -= Math.max(refunded, returned)
  }
  return [...bought].flatMap(([product_id, { units, at_ms }]) => (units > 0 ? [{ product_id, at_ms }] : []))
}
