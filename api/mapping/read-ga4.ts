import { ga4Form } from './forms.ts'
import { firstText, objectOf, textOf, type Loose } from './loose.ts'
import { envelop, noCounterpart, type Mapped } from './mapped.ts'
import { readTrade, say, type Said } from './read-trade.ts'

/** What a request says of all its events. */
export type Ga4Request = { client_id?: unknown; user_id?: unknown; timestamp_micros?: unknown }

/**
 * One event of a Measurement Protocol request as events of ours, not yet checked. GA4 gives events no ids: see
 * `seedOf`. `index` is its place in the request.
 */
export function readGa4(
  value: unknown,
  request: Ga4Request,
  at: { index: number; receivedAt: string }
): Mapped {
  const event = objectOf(value)
  const name = textOf(event['name'])
  const type = name !== undefined && Object.hasOwn(ga4Form.types, name) ? ga4Form.types[name] : undefined
  if (!type)
    return noCounterpart('name', (JSON.stringify(event['name']) ?? 'nothing').slice(0, 60).toWellFormed())
  const properties = objectOf(event['params'])
  const user_id = textOf(request.user_id)
  const isOfCustomer = type === 'customer_logged_in' || type === 'customer_registered'
  const said: Said[] = isOfCustomer
    ? [
        say(type, {
          customer_id: user_id,
          country: textOf(properties['country']),
          tier: textOf(properties['tier'])
        })
      ]
    : readTrade(ga4Form, type, properties)
  if (said.length === 0) return { ok: false, field: 'params/items', reason: 'params/items: names no product' }
  const time = timeOf(event['timestamp_micros'] ?? request.timestamp_micros)
  return envelop(said, {
    own: textOf(properties['event_id']),
    seed: seedOf(event, request, { ...at, isTimed: time !== undefined }),
    time,
    properties,
    envelope: {
      occurred_at: time ?? at.receivedAt,
      ...(!isOfCustomer && { user_id }),
      // A client that is named as the user is nobody else.
      anonymous_id: firstText(request.client_id) === user_id ? undefined : textOf(request.client_id),
      session_id: textOf(properties['session_id']),
      source: ga4Form.name
    }
  })
}

/**
 * The same whenever the sender tries again with the same request: who, when, what, and its place in it. Without a
 * time, an order still has its number; anything else without a time is told apart by when it came, so sent twice it
 * counts twice.
 */
function seedOf(
  event: Loose,
  { client_id, user_id }: Ga4Request,
  { index, receivedAt, isTimed }: { index: number; receivedAt: string; isTimed: boolean }
): unknown {
  const isNamed = isTimed || textOf(objectOf(event['params'])['transaction_id']) !== undefined
  return ['ga4', client_id, user_id, event, index, isNamed ? null : receivedAt]
}

/** Microseconds since 1970, as a number or a text, in RFC 3339; what cannot be is left for the check to refuse. */
function timeOf(micros: unknown): unknown {
  if (micros === undefined || micros === null) return undefined
  const ms = Math.floor(Number(micros) / 1_000)
  const time = new Date(ms)
  return Number.isNaN(time.getTime()) ? micros : time.toISOString()
}
