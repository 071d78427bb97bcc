import { factsKey } from '../contracts/served.ts'
import { refreshGuests } from './guests.ts'
import { consentOf, listsOf, ownerOf } from './lists.ts'
import { publishCommands } from './publish.ts'
import {
  customerOf,
  guestMember,
  guestOf,
  isGuest,
  markCommands,
  parseSources,
  readCommands,
  sourceKey,
  sourceNames,
  tellCommands,
  type Marks,
  type RedisCommand,
  type SendCommands,
  type Sources
} from './sources.ts'
import type { Told, ToldMark, ToldOrder } from './told.ts'

/** Bounds one round trip: a visitor has at most thousands of orders. */
const VISITORS_A_TRIP = 50

/**
 * Writes what was told and brings the profiles up to date. It may be called again with the same, and by several processes
 * at once: what was told is only ever added, and who publishes a profile looks afterwards whether it is still right.
 */
export async function tellProfiles(send: SendCommands, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return
  const others = told.filter((one) => one.kind !== 'mark')
  const simple = told.filter(isSimple)
  const visitors = [...new Set(simple.map(({ visitor }) => visitor))]
  // The guards come last: a login or a refusal that they do not see will see what was told.
  const replies = await send([
    ...others.flatMap(tellCommands),
    ...groupMarks(told).flatMap(markCommands),
    ...visitors.map(guardOf)
  ])
  const guards = replies.slice(replies.length - visitors.length) as (string | null)[][]
  const answers = new Map(visitors.map((visitor, i) => [visitor, guards[i] ?? []]))
  const late = simple.filter((one) => isNotSimple(one, answers.get(one.visitor) ?? []))
  await refreshProfiles(send, new Set([...late.map(({ visitor }) => visitor), ...others.flatMap(changedBy)]))
}

/** A visitor looks at many things: one command for all of them costs little more than one for each. */
function groupMarks(told: readonly Told[]): Marks[] {
  const groups = new Map<string, Marks>()
  for (const one of told) {
    if (one.kind !== 'mark') continue
    const name = `${one.list}\n${one.visitor}`
    const group = groups.get(name)
    if (group) group.push(one)
    else groups.set(name, [one])
  }
  return [...groups.values()]
}

type Simple = ToldMark | ToldOrder

/** Most marks and orders are right where they were put: nobody logged in since, refused, or gave anything back. */
const isSimple = (told: Told): told is Simple =>
  told.kind === 'mark' || (told.kind === 'order' && told.step === 'placed')

function guardOf(visitor: string): RedisCommand {
  return isGuest(visitor)
    ? ['zrange', sourceKey('logins', visitor), -1, -1, 'WITHSCORES']
    : ['hmget', factsKey(visitor), 'personalisation', 'kept_from_ms', 'gave_back']
}

function isNotSimple({ kind, visitor, at_ms }: Simple, answer: (string | null)[]): boolean {
  // A guest's facts are not served, so nothing says whether something was given back.
  if (isGuest(visitor)) return kind === 'order' || Number(answer[1] ?? -1) >= at_ms
  const [personalisation, kept_from_ms, gave_back] = answer
  if (kind === 'order') return gave_back === '1'
  return personalisation === '0' || Number(kept_from_ms ?? 0) > at_ms
}

function changedBy(told: Exclude<Told, ToldMark>): string[] {
  if (isSimple(told)) return []
  return told.kind === 'login' ? [guestOf(told.anonymous_id)] : [told.visitor]
}

/** Makes the lists of these visitors, and of all who share a browser with them, from what was told. */
export async function refreshProfiles(send: SendCommands, visitors: Iterable<string>): Promise<void> {
  const all = [...visitors]
  for (let i = 0; i < all.length; i += VISITORS_A_TRIP) {
    const some = all.slice(i, i + VISITORS_A_TRIP)
    const guests = some.filter(isGuest)
    const left = await refreshGuests(send, guests)
    const rest = [...some.filter((visitor) => !isGuest(visitor)), ...left]
    if (rest.length > 0) await refreshWhole(send, rest)
  }
}

/** Ends when what was published is made of what there is: whoever adds meanwhile is seen by one of both. */
async function refreshWhole(send: SendCommands, visitors: string[]): Promise<void> {
  for (let before = ''; ;) {
    const read = await readSources(send, visitors)
    if (read.text === before) return
    before = read.text
    const refused = refusedCommands(read)
    if (refused.length > 0) await send(refused)
    else await publish(send, read)
  }
}

type Read = { changed: string[]; sourcesOf: Map<string, Sources>; text: string }

/** The visitors, the customers who share a browser with them, and all browsers of those. */
async function readSources(send: SendCommands, visitors: string[]): Promise<Read> {
  const sourcesOf = new Map<string, Sources>()
  const texts = new Map<string, string>()
  const read = async (wanted: Iterable<string>) => {
    const missing = [...new Set(wanted)].filter((visitor) => !sourcesOf.has(visitor))
    if (missing.length === 0) return
    const replies = await send(missing.flatMap(readCommands))
    for (const [i, visitor] of missing.entries()) {
      const own = replies.slice(i * sourceNames.length, (i + 1) * sourceNames.length) as string[][]
      sourcesOf.set(visitor, parseSources(visitor, own))
      texts.set(visitor, JSON.stringify(own))
    }
  }
  await read(visitors)
  const customers = visitors.flatMap((visitor) => customersOf(sourcesOf.get(visitor)))
  await read(customers)
  await read([...visitors, ...customers].flatMap((visitor) => browsersOf(sourcesOf.get(visitor))))
  return {
    changed: [...new Set([...visitors, ...customers])],
    sourcesOf,
    text: JSON.stringify([...texts])
  }
}

const customersOf = (sources: Sources | undefined) =>
  (sources?.logins ?? []).flatMap(({ customer_id }) => (customer_id === '' ? [] : [customerOf(customer_id)]))
const browsersOf = (sources: Sources | undefined) => (sources?.browsers ?? []).map(guestOf)

/** Of a customer who refuses nothing is kept but orders: neither their own marks nor those of their browsers before the login. */
function refusedCommands({ changed, sourcesOf }: Read): RedisCommand[] {
  return changed.flatMap((visitor): RedisCommand[] => {
    const sources = sourcesOf.get(visitor)
    if (isGuest(visitor) || !sources || consentOf(sources)?.given !== false) return []
    const customer_id = visitor.slice('u:'.length)
    return (['recent', 'hidden'] as const).flatMap((list): RedisCommand[] => [
      ...(sources[list].length > 0 ? [['del', sourceKey(list, visitor)] satisfies RedisCommand] : []),
      ...sources.browsers.flatMap((browser): RedisCommand[] => {
        const guest = sourcesOf.get(guestOf(browser))
        const theirs = (guest?.[list] ?? []).filter(
          ({ at_ms }) => guest && ownerOf(guest, at_ms) === customer_id
        )
        const members = theirs.map(({ product_id, at_ms }) => guestMember(at_ms, product_id))
        return members.length > 0 ? [['zrem', sourceKey(list, guestOf(browser)), ...members]] : []
      })
    ])
  })
}

async function publish(send: SendCommands, { changed, sourcesOf }: Read): Promise<void> {
  const commands = changed.flatMap((visitor) => {
    const sources = sourcesOf.get(visitor)
    if (!sources) return []
    const browsers = sources.browsers.flatMap((browser) => sourcesOf.get(guestOf(browser)) ?? [])
    return publishCommands(visitor, listsOf({ visitor, sources, browsers }))
  })
  await send(commands, { atomic: true })
}
