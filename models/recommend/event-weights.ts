/**
 * What an act says of a work, as `jobs/queries/interactions.sql` names acts. Buying is 1 and nothing weighs more; below 0 it
 * counts against; 0 leaves it out. Chosen, not fitted: no public data has all of these, so a shop with its own sets its own.
 * Acts of one unit add up in what is popular; of what is bought or seen together the strongest of them counts.
 */
export const eventWeights = {
  bought: 1,
  /** Bought for somebody else: the rest of the order says nothing of that taste, nor does this of the buyer's. */
  given: 0,
  /** Bought and sent back, refunded or called off. */
  given_back: 0,
  rented: 0.6,
  rated_high: 0.6,
  rated_middling: 0,
  rated_low: -0.5,
  more_like_this: 0.5,
  owned_already: 0.5,
  not_for_me: -0.5,
  wished: 0.4,
  carted: 0.4,
  clicked: 0.1,
  viewed: 0.1
} as const satisfies Record<string, number>

export type EventKind = keyof typeof eventWeights
export type EventWeights = Record<EventKind, number>

/** What only shows interest. Trade is the rest. */
const BEHAVIOUR = new Set<EventKind>([
  'rated_high',
  'rated_middling',
  'rated_low',
  'more_like_this',
  'owned_already',
  'not_for_me',
  'wished',
  'carted',
  'clicked',
  'viewed'
])

export type EventSettings = {
  weights: EventWeights
  /** A shop has a hundred views for a sale: all behaviour together weighs at most so much for 1 of trade in the same time. */
  behaviourShareMax: number
  /** How far back and how much is read, newest first. */
  behaviourDays: number
  behaviourEventsMax: number
  /** Of one visitor: more than a person does, or a program that sends a million would be the shop's taste. */
  visitorEventsMax: number
  ordersMax: number
}

export const eventSettings: EventSettings = {
  weights: eventWeights,
  behaviourShareMax: 0.5,
  behaviourDays: 90,
  behaviourEventsMax: 2_000_000,
  visitorEventsMax: 500,
  ordersMax: 1_000_000
}

/** Kinds by number: columns of acts hold the number. */
export const eventKinds = Object.keys(eventWeights) as readonly EventKind[]
const isBehaviour = eventKinds.map((kind) => BEHAVIOUR.has(kind))

export type Acts = { kinds: Uint8Array; occurredAtMs: Float64Array }

/**
 * One weight an act. All behaviour is scaled down alike when it would outweigh the trade of the time that it spans, or a
 * week of views would say more than a year of sales. Without any trade in that time it stands as it is.
 */
export function weighActs(
  { kinds, occurredAtMs }: Acts,
  { weights, behaviourShareMax }: Pick<EventSettings, 'weights' | 'behaviourShareMax'>
): Float32Array {
  const byKind = eventKinds.map((kind) => checkWeight(kind, weights[kind]))
  let since = Infinity
  kinds.forEach((kind, at) => {
    if (isBehaviour[kind]) since = Math.min(since, occurredAtMs[at] ?? 0)
  })
  let [trade, behaviour] = [0, 0]
  kinds.forEach((kind, at) => {
    const weight = Math.max(0, byKind[kind] ?? 0)
    if (isBehaviour[kind]) behaviour += weight
    else if ((occurredAtMs[at] ?? 0) >= since) trade += weight
  })
  const most = behaviourShareMax * trade
  const scale = trade > 0 && behaviour > most ? most / behaviour : 1
  return Float32Array.from(kinds, (kind) => (byKind[kind] ?? 0) * (isBehaviour[kind] ? scale : 1))
}

function checkWeight(kind: EventKind, weight: number): number {
  if (!(weight >= -1 && weight <= 1)) throw new Error(`the weight of ${kind} must be from -1 to 1`)
  return weight
}
