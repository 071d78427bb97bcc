import { factsKey } from '../contracts/served.ts'
import { listsOf, ownPart } from './lists.ts'
import { publishCommands } from './publish.ts'
import {
  customerOf,
  LIST_ITEMS_MAX,
  listKey,
  parseSources,
  readCommands,
  sourceNames,
  type RedisCommand,
  type SendCommands,
  type Sources
} from './sources.ts'

/** Of one guest: what was told, and what is served of the customer that they turned out to be. */
type Guest = { visitor: string; sources: Sources; customer: string | undefined; isPlain: boolean }

/**
 * Refreshes guests of whom at most one customer is known, whose history only ever grows: what is theirs is added to the
 * customer's lists, without reading anything else of them. Answers the others: shared browsers, goods given back, a
 * history that may not be used. Ends when what was published is made of what there is.
 */
export async function refreshGuests(send: SendCommands, visitors: readonly string[]): Promise<string[]> {
  const left = new Set<string>()
  let open = [...visitors]
  for (let before = ''; open.length > 0;) {
    const { guests, text } = await readGuests(send, open)
    for (const { visitor, isPlain } of guests) if (!isPlain) left.add(visitor)
    open = open.filter((visitor) => !left.has(visitor))
    if (text === before) break
    before = text
    await send(guests.filter(({ isPlain }) => isPlain).flatMap(joinCommands), { atomic: true })
  }
  return [...left]
}

async function readGuests(
  send: SendCommands,
  visitors: readonly string[]
): Promise<{ guests: Guest[]; text: string }> {
  const replies = await send(visitors.flatMap(readCommands))
  const read = visitors.map((visitor, i) => {
    const own = replies.slice(i * sourceNames.length, (i + 1) * sourceNames.length) as string[][]
    const sources = parseSources(visitor, own)
    const known = new Set(sources.logins.map(({ customer_id }) => customer_id))
    const [customer_id] = known
    const customer = customer_id === undefined ? undefined : customerOf(customer_id)
    const isPlain =
      known.size <= 1 && customer_id !== '' && sources.orders.every(({ step }) => step === 'placed')
    return { visitor, sources, customer, isPlain, text: JSON.stringify(own) }
  })
  const facts = await send(
    read.map(({ customer }) => [
      'hmget',
      factsKey(customer ?? ''),
      'personalisation',
      'kept_from_ms',
      'gave_back'
    ])
  )
  const guests = read.map((guest, i) => {
    const [personalisation, kept_from_ms, gave_back] = facts[i] as (string | null)[]
    const mayAdd = personalisation !== '0' && kept_from_ms === null && gave_back === null
    return { ...guest, isPlain: guest.isPlain && (guest.customer === undefined || mayAdd) }
  })
  return { guests, text: JSON.stringify([facts, read.map(({ text }) => text)]) }
}

function joinCommands({ visitor, sources, customer }: Guest): RedisCommand[] {
  const own = publishCommands(visitor, listsOf({ visitor, sources, browsers: [] }))
  if (customer === undefined) return own
  const { recent, hidden, orders } = ownPart(sources, customer.slice('u:'.length))
  const owned = orders.flatMap(({ units, at_ms }) => units.map(([product_id]) => ({ product_id, at_ms })))
  const added = Object.entries({ recent, hidden, owned } as const).flatMap(
    ([name, marks]): RedisCommand[] => {
      const list = name as 'recent' | 'hidden' | 'owned'
      if (marks.length === 0) return []
      const key = listKey(list, customer)
      return [
        ['zadd', key, 'GT', ...marks.flatMap(({ product_id, at_ms }) => [at_ms, product_id])],
        ['zremrangebyrank', key, 0, -1 - LIST_ITEMS_MAX[list]]
      ]
    }
  )
  return [...added, ...own]
}
