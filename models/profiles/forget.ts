import { ownerOf } from './lists.ts'
import { refreshProfiles } from './refresh.ts'
import {
  customerOf,
  guestMember,
  guestOf,
  keysOf,
  orderMember,
  parseSources,
  readCommands,
  sourceKey,
  type RedisCommand,
  type SendCommands,
  type Sources
} from './sources.ts'

/** A browser that the customer logged in with; `shared`: others are known to have done so, too. */
export type Browser = { anonymous_id: string; shared: boolean }

/**
 * Takes all that is known of a customer out of the serving store, and of the browsers that only they used. In a shared
 * one their history goes, and their logins become nobody's, so that nobody else inherits what still comes late.
 * Answers the browsers that nobody else used. It may be called again, after a crash, too: the logins go last.
 */
export async function forgetCustomer(
  send: SendCommands,
  { customer_id, browsers }: { customer_id: string; browsers: readonly Browser[] }
): Promise<string[]> {
  const customer = customerOf(customer_id)
  const [logins] = (await send([['zrange', sourceKey('logins', customer), 0, -1]])) as [string[]]
  const shared = new Set(browsers.filter((browser) => browser.shared).map((browser) => browser.anonymous_id))
  const own: string[] = []
  const touched: string[] = []
  for (const anonymous_id of new Set([...logins, ...browsers.map((browser) => browser.anonymous_id)])) {
    const guest = guestOf(anonymous_id)
    const sources = parseSources(guest, (await send(readCommands(guest))) as string[][])
    const others = sources.logins.map((login) => login.customer_id).filter((id) => id !== customer_id)
    if (others.length === 0 && !shared.has(anonymous_id)) {
      own.push(anonymous_id)
      await send([['del', ...keysOf(guest)]])
    } else {
      await send(takeOut(guest, customer_id, sources))
      touched.push(guest)
    }
  }
  await refreshProfiles(send, touched)
  await send([['del', ...keysOf(customer)]])
  return own
}

function takeOut(guest: string, customer_id: string, sources: Sources): RedisCommand[] {
  const isTheirs = ({ at_ms }: { at_ms: number }) => {
    const owner = ownerOf(sources, at_ms)
    return owner === customer_id || owner === ''
  }
  const marks = (['recent', 'hidden'] as const).flatMap((list) =>
    removal(
      sourceKey(list, guest),
      sources[list].filter(isTheirs).map(({ at_ms, product_id }) => guestMember(at_ms, product_id))
    )
  )
  const orders = removal(sourceKey('orders', guest), sources.orders.filter(isTheirs).map(orderMember))
  const logins = sources.logins.filter((login) => login.customer_id === customer_id)
  const key = sourceKey('logins', guest)
  return [
    ...marks,
    ...orders,
    ...logins.map(({ at_ms }): RedisCommand => ['zadd', key, at_ms, guestMember(at_ms, '')]),
    ...removal(
      key,
      logins.map(({ at_ms }) => guestMember(at_ms, customer_id))
    )
  ]
}

const removal = (key: string, members: string[]): RedisCommand[] =>
  members.length > 0 ? [['zrem', key, ...members]] : []
