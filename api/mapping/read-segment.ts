import { ORDER_STATUSES, segmentForm } from './forms.ts'
import { firstText, objectOf, textOf, timeText, type Loose } from './loose.ts'
import { envelop, noCounterpart, type Mapped } from './mapped.ts'
import { readPayment, readTrade, say, type Said } from './read-trade.ts'

/**
 * One call of a Segment or RudderStack library (Track or Identify) as events of ours, not yet checked. Names, mail
 * addresses and other traits of a person are left out. `receivedAt` is when it happened where the call does not say.
 */
export function readSegment(value: unknown, receivedAt: string): Mapped {
  const call = objectOf(value)
  const said = readCall(call)
  if (!Array.isArray(said)) return said
  const properties = objectOf(call['properties'])
  const time = timeText(call['timestamp'] ?? call['originalTimestamp'])
  const own = textOf(call['messageId'])
  if (own === undefined && time === undefined) {
    const reason =
      'messageId: without it and without a timestamp a repeat could not be told from a second event'
    return { ok: false, field: 'messageId', reason }
  }
  const { sentAt: _, ...lasting } = call
  const context = objectOf(call['context'])
  return envelop(said, {
    own,
    seed: own === undefined ? ['segment', lasting] : ['segment', own],
    time,
    properties,
    envelope: {
      occurred_at: time ?? receivedAt,
      ...(!said.some(({ fields }) => 'customer_id' in fields) && { user_id: textOf(call['userId']) }),
      anonymous_id: textOf(call['anonymousId']),
      session_id: firstText(context['sessionId'], properties['session_id']),
      source: segmentForm.name
    }
  })
}

function readCall(call: Loose): Said[] | Mapped {
  const kind = call['type'] ?? ('event' in call ? 'track' : undefined)
  if (kind === 'track') return readTrack(call)
  if (kind === 'identify') return readIdentify(call)
  return noCounterpart('type', `a call of type ${shown(kind)}`)
}

function readTrack(call: Loose): Said[] | Mapped {
  const name = textOf(call['event'])
  const properties = withCountry(call)
  if (name === 'Order Updated') return readUpdate(properties)
  const type =
    name !== undefined && Object.hasOwn(segmentForm.types, name) ? segmentForm.types[name] : undefined
  if (!type) return noCounterpart('event', shown(call['event']))
  if (type === 'customer_registered')
    return [say(type, { customer_id: textOf(call['userId']), ...factsOf(properties) })]
  return readTrade(segmentForm, type, properties)
}

function readUpdate(properties: Loose): Said[] | Mapped {
  const status = textOf(properties['status']) ?? ''
  const type = Object.hasOwn(ORDER_STATUSES, status) ? ORDER_STATUSES[status] : undefined
  if (!type) {
    return noCounterpart('properties/status', `an Order Updated of status ${shown(properties['status'])}`)
  }
  return type === 'order_paid'
    ? readPayment(segmentForm, properties)
    : readTrade(segmentForm, type, properties)
}

/** With a guest's id it is a login; traits that we know are news of the customer. */
function readIdentify(call: Loose): Said[] | Mapped {
  const customer_id = textOf(call['userId'])
  if (customer_id === undefined) return noCounterpart('userId', 'an Identify without a user')
  const facts = factsOf(objectOf(call['traits']))
  const isNews = Object.keys(facts).length > 0
  const isLogin = textOf(call['anonymousId']) !== undefined || !isNews
  return [
    ...(isLogin ? [say('customer_logged_in', { customer_id })] : []),
    ...(isNews ? [say('customer_updated', { customer_id, ...facts })] : [])
  ]
}

function factsOf(traits: Loose): Loose {
  const country = firstText(traits['country'], objectOf(traits['address'])['country'])
  const tier = textOf(traits['tier'])
  return { ...(country !== undefined && { country }), ...(tier !== undefined && { tier }) }
}

function withCountry(call: Loose): Loose {
  const properties = objectOf(call['properties'])
  const location = objectOf(objectOf(call['context'])['location'])
  return { ...properties, country: firstText(properties['country'], location['country']) }
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60).toWellFormed()
