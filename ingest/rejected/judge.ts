import type { KeyScope } from '../../models/contracts/api-keys.ts'
import { parseEvent, type Parsed } from '../../models/contracts/check-event.ts'
import { EVENT_BYTES_MAX, ORDER_EVENT_BYTES_MAX, type ShopEvent } from '../../models/contracts/events.ts'
import { maySend } from '../../models/contracts/scopes.ts'
import { BODY_BYTES_MAX, keyOf, topicOf, type Topic } from '../../models/contracts/topics.ts'
import type { RejectedRow } from './row.ts'

export type Outgoing = { topic: Topic; key: string; event: ShopEvent }
export type Judgement = { ok: true; outgoing: Outgoing } | { ok: false; why: string }
export type CheckBytes = (bytes: Buffer) => Parsed<ShopEvent>

/** As the collector has it: a date in the future turns what is popular upside down. */
const AHEAD_MS_MAX = 86_400_000
/** A cut may have gone through a character, which was left out. */
const CUT_BYTES = BODY_BYTES_MAX - 3

/** What is wrong with a rejected message by today's rules; nothing, when it may go to its topic now. Pure. */
export function judgeRejected(row: RejectedRow, check: CheckBytes = parseEvent): Judgement {
  if (row.body === '') return { ok: false, why: 'nothing is left of it' }
  const bytes = Buffer.from(row.body, row.body_encoding === 'base64' ? 'base64' : 'utf8')
  const checked = check(bytes)
  if (!checked.ok) {
    const isCut = bytes.length >= CUT_BYTES && checked.reason.startsWith('not JSON')
    const why = isCut ? 'only its first 256 KiB were kept: its sender has to send it again' : checked.reason
    return { ok: false, why }
  }
  const topic = topicOf[checked.value.type]
  const why = findMissingRight(row, checked.value) ?? findExcess(row, checked.value)
  if (why !== undefined) return { ok: false, why }
  const received_at =
    row.source === 'collector' ? row.rejected_at : (checked.value.received_at ?? row.rejected_at)
  const event = { ...checked.value, received_at }
  return { ok: true, outgoing: { topic, key: keyOf(event), event } }
}

/** Nobody gets more rights by being wrong first. */
function findMissingRight(row: RejectedRow, { type }: ShopEvent): string | undefined {
  if (row.source === 'collector') {
    const scope = scopeOf(row.scope)
    return maySend(scope, type) ? undefined : `type: a key of scope ${scope} may not send ${type}`
  }
  // Whoever may write to one topic of a log need not be allowed to write to another.
  return topicOf[type] === row.from_topic
    ? undefined
    : `type: ${type} belongs in ${topicOf[type]}, and it stood in ${row.from_topic}`
}

/** Without a scope it was kept before scopes were. */
const scopeOf = (scope: string): KeyScope => (scope === 'server' || scope === 'admin' ? scope : 'browser')

function findExcess(row: RejectedRow, event: ShopEvent): string | undefined {
  if (Date.parse(event.occurred_at) > Date.parse(row.rejected_at) + AHEAD_MS_MAX) {
    return 'occurred_at: is more than a day ahead of when it came'
  }
  const bytes = Buffer.byteLength(JSON.stringify(event))
  const bytesMax = topicOf[event.type] === 'flipside.orders' ? ORDER_EVENT_BYTES_MAX : EVENT_BYTES_MAX
  return bytes > bytesMax ? `event: ${bytes} bytes, of at most ${bytesMax}` : undefined
}
