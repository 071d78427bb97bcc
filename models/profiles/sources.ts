import {
  factsKey,
  GUEST_PROFILE_SECONDS,
  hiddenKey,
  HIDDEN_ITEMS_MAX,
  OWNED_ITEMS_MAX,
  ownedKey,
  RECENT_ITEMS_MAX,
  recentKey,
  visitorOf
} from '../contracts/served.ts'
import type { MarkList, OrderStep, Told, ToldMark, ToldOrder } from './told.ts'

/**
 * What profiles are made of, in the serving store:
 *   flipside:told:recent:{visitor}  sorted set by time: a customer's product_id; of a guest each time, `{ms}\n{product_id}`,
 *   flipside:told:hidden:{visitor}    because a login divides a guest's history
 *   flipside:told:orders:{visitor}  sorted set by time: steps of orders, as JSON
 *   flipside:told:logins:{visitor}  sorted set by time: of a guest `{ms}\n{customer_id}`, of a customer the anonymous_id
 *   flipside:told:facts:{visitor}   sorted set by time: `{ms}\n{name}\n{value}`
 * Ids hold no line break. Everything is only ever added, so it does not matter in which order, how often or by how many
 * processes; the newest stay when there is too much.
 */
export const sourceNames = ['recent', 'hidden', 'orders', 'logins', 'facts'] as const
export type SourceName = (typeof sourceNames)[number]
export const sourceKey = (name: SourceName, visitor: string) => `flipside:told:${name}:${visitor}`

/** A guest's marks are kept one by one. Orders, logins and facts are few; a browser in a shop window sees many people. */
const MARKS_MAX: Record<MarkList, number> = { recent: RECENT_ITEMS_MAX, hidden: HIDDEN_ITEMS_MAX }
const GUEST_MARKS_MAX: Record<MarkList, number> = { recent: 500, hidden: 500 }
export const ORDERS_MAX = 2_000
export const LOGINS_MAX = 1_000
const BROWSERS_MAX = 20
const FACTS_MAX = 200

export type RedisCommand = [name: string, ...args: (string | number)[]]
/** Sends commands in one round trip and answers in their order; `atomic`: nobody sees half. Throws what any throws. */
export type SendCommands = (
  commands: RedisCommand[],
  options?: { atomic?: boolean }
) => Promise<readonly unknown[]>

export const isGuest = (visitor: string) => visitor.startsWith('a:')
export const customerOf = (customer_id: string) => visitorOf({ user_id: customer_id }) ?? ''
export const guestOf = (anonymous_id: string) => visitorOf({ anonymous_id }) ?? ''

export function listKey(list: MarkList | 'owned', visitor: string): string {
  return { recent: recentKey, hidden: hiddenKey, owned: ownedKey }[list](visitor)
}
export const LIST_ITEMS_MAX: Record<MarkList | 'owned', number> = { ...MARKS_MAX, owned: OWNED_ITEMS_MAX }

/** Every key of a visitor. */
export const keysOf = (visitor: string): string[] => [
  ...(['recent', 'hidden', 'owned'] as const).map((list) => listKey(list, visitor)),
  factsKey(visitor),
  ...sourceNames.map((name) => sourceKey(name, visitor))
]

export function tellCommands(told: Exclude<Told, ToldMark>): RedisCommand[] {
  switch (told.kind) {
    case 'order':
      return addOrder(told)
    case 'login': {
      const { customer_id, anonymous_id, at_ms } = told
      const member = guestMember(at_ms, customer_id)
      return [
        ...add('logins', guestOf(anonymous_id), { member, at_ms, max: LOGINS_MAX }),
        ...add('logins', customerOf(customer_id), { member: anonymous_id, at_ms, max: BROWSERS_MAX })
      ]
    }
    case 'fact': {
      const { visitor, name, value, at_ms } = told
      return add('facts', visitor, { member: `${at_ms}\n${name}\n${value}`, at_ms, max: FACTS_MAX })
    }
  }
}

function addOrder(told: ToldOrder): RedisCommand[] {
  const { visitor, at_ms, step, units } = told
  const source = add('orders', visitor, { member: orderMember(told), at_ms, max: ORDERS_MAX })
  if (step !== 'placed' || units.length === 0) return source
  const key = listKey('owned', visitor)
  return [
    ...source,
    ['zadd', key, 'GT', ...units.flatMap(([product_id]) => [at_ms, product_id])],
    ['zremrangebyrank', key, 0, -1 - LIST_ITEMS_MAX.owned],
    ...expire(key, visitor)
  ]
}

export type Marks = [ToldMark, ...ToldMark[]]

/** Marks of one visitor for one list, in one go. The list that is served gets them, too: for most visitors that is all. */
export function markCommands(marks: Readonly<Marks>): RedisCommand[] {
  const [{ list, visitor }] = marks
  const source = sourceKey(list, visitor)
  const key = listKey(list, visitor)
  const max = isGuest(visitor) ? GUEST_MARKS_MAX[list] : MARKS_MAX[list]
  const memberOf = ({ at_ms, product_id }: ToldMark) =>
    isGuest(visitor) ? guestMember(at_ms, product_id) : product_id
  return [
    ['zadd', source, 'GT', ...marks.flatMap((mark) => [mark.at_ms, memberOf(mark)])],
    ['zremrangebyrank', source, 0, -1 - max],
    ...expire(source, visitor),
    ['zadd', key, 'GT', ...marks.flatMap(({ at_ms, product_id }) => [at_ms, product_id])],
    ['zremrangebyrank', key, 0, -1 - LIST_ITEMS_MAX[list]],
    ...expire(key, visitor)
  ]
}

export const guestMember = (at_ms: number, id: string) => `${at_ms}\n${id}`
export const orderMember = ({ step, order_id, event_id, units }: OrderStep) =>
  JSON.stringify([step, order_id, event_id, units])

function add(
  name: SourceName,
  visitor: string,
  { member, at_ms, max }: { member: string; at_ms: number; max: number }
): RedisCommand[] {
  const key = sourceKey(name, visitor)
  return [['zadd', key, 'GT', at_ms, member], ['zremrangebyrank', key, 0, -1 - max], ...expire(key, visitor)]
}

export const expire = (key: string, visitor: string): RedisCommand[] =>
  isGuest(visitor) ? [['expire', key, GUEST_PROFILE_SECONDS]] : []

export type Timed = { product_id: string; at_ms: number }
export type Sources = {
  recent: Timed[]
  hidden: Timed[]
  orders: (OrderStep & { at_ms: number })[]
  /** Of a guest, by time: who logged in; nobody when they were erased. */
  logins: { customer_id: string; at_ms: number }[]
  /** Of a customer: where they logged in. */
  browsers: string[]
  facts: { name: string; value: string; at_ms: number }[]
}

export const readCommands = (visitor: string): RedisCommand[] =>
  sourceNames.map((name) => ['zrange', sourceKey(name, visitor), 0, -1, 'WITHSCORES'])

/** `replies` are those to `readCommands`, in their order. */
export function parseSources(visitor: string, replies: readonly (readonly string[])[]): Sources {
  const [recent = [], hidden = [], orders = [], logins = [], facts = []] = replies.map(readPairs)
  const marks = (pairs: Pair[]) =>
    isGuest(visitor)
      ? pairs.map(({ member, at_ms }) => ({ product_id: afterBreak(member), at_ms }))
      : pairs.map(({ member, at_ms }) => ({ product_id: member, at_ms }))
  return {
    recent: marks(recent),
    hidden: marks(hidden),
    orders: orders.map(({ member, at_ms }) => ({ ...parseOrder(member), at_ms })),
    logins: isGuest(visitor)
      ? logins.map(({ member, at_ms }) => ({ customer_id: afterBreak(member), at_ms }))
      : [],
    browsers: isGuest(visitor) ? [] : logins.map(({ member }) => member),
    facts: facts.map(({ member, at_ms }) => {
      const [, name = '', value = ''] = member.split('\n')
      return { name, value, at_ms }
    })
  }
}

type Pair = { member: string; at_ms: number }

function readPairs(members: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  for (let i = 0; i + 1 < members.length; i += 2) {
    pairs.push({ member: members[i] ?? '', at_ms: Number(members[i + 1]) })
  }
  return pairs
}

const afterBreak = (member: string) => member.slice(member.indexOf('\n') + 1)

function parseOrder(member: string): OrderStep {
  // Written by `tellCommands` alone.
  const [step, order_id, event_id, units] = JSON.parse(member) as [
    OrderStep['step'],
    string,
    string,
    OrderStep['units']
  ]
  return { step, order_id, event_id, units }
}
