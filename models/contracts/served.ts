/**
 * What jobs and ingest publish in Redis and the API reads: keys, records and codecs.
 *
 * A job writes a whole new version under its own key and then moves the pointer, so a reader never sees half; the pointers of
 * kinds that belong together move in one transaction:
 *   flipside:current                  hash: kind → version
 *   flipside:{kind}:{version}         hash: id → record
 *   flipside:profile:{visitor}:recent sorted set: product_id looked at or put in the cart, by the last time, in ms
 *   flipside:profile:{visitor}:owned  sorted set: product_id bought and not given back, by the last time, in ms
 *   flipside:profile:{visitor}:hidden sorted set: product_id that the visitor wants to see no more, by the last time, in ms
 *   flipside:profile:{visitor}:facts  hash: what else is known of a customer
 * What profiles are made of lies under `flipside:told:`, which only its writers read (`models/profiles/sources.ts`).
 */
export const servedKinds = [
  'products',
  'bought_together',
  'similar',
  'popular',
  'fresh_bought_together',
  'fresh_similar',
  'sessions',
  'forecasts',
  'replenishment'
] as const
export type ServedKind = (typeof servedKinds)[number]

export const CURRENT_KEY = 'flipside:current'
export const servedKey = (kind: ServedKind, version: string) => `flipside:${kind}:${version}`
/** How long a replaced version stays readable for those who are still loading it. */
export const REPLACED_VERSION_SECONDS = 600

/** Customers and guests are different name spaces: a guest cannot pose as a customer. */
export const visitorOf = (who: { user_id?: string | undefined; anonymous_id?: string | undefined }) =>
  who.user_id ? `u:${who.user_id}` : who.anonymous_id ? `a:${who.anonymous_id}` : undefined
export const recentKey = (visitor: string) => `flipside:profile:${visitor}:recent`
export const ownedKey = (visitor: string) => `flipside:profile:${visitor}:owned`
export const hiddenKey = (visitor: string) => `flipside:profile:${visitor}:hidden`
export const factsKey = (visitor: string) => `flipside:profile:${visitor}:facts`
export const RECENT_ITEMS_MAX = 50
export const OWNED_ITEMS_MAX = 5_000
export const HIDDEN_ITEMS_MAX = 1_000
/** A guest's profile is forgotten after this long without an event. */
export const GUEST_PROFILE_SECONDS = 90 * 86_400

/** Fields of a customer's facts; what was never said is left out. */
export type ProfileFacts = {
  tier?: string
  /** May recommendations use the history? `0`: the profile is not to be used, and nothing recent is kept. */
  personalisation?: '0' | '1'
  /** What happened before this, in ms, is not to be used, because it was refused then. */
  kept_from_ms?: string
  /** Something was given back, so it takes more than a new order to know what is owned. */
  gave_back?: '1'
}

/** One record of kind `products`, by product_id, as JSON. */
export type ServedProduct = {
  product_id: string
  work_id: string
  title: string
  format: string | null
  attributes: Record<string, string>
  /** Decimal string; null when the shop never named one. */
  price: string | null
  currency: string
  /** Units; null when the shop never initialised its stock. */
  on_hand: number | null
  /** Units sold in the last 90 days, less those refunded: which product of a work to show. */
  recent_units: number
  /** No longer sold: never shown, but who owns it owns its work. */
  retired: boolean
  /** Which of the fields above are invented by a simulation. */
  simulated: string[]
}

/**
 * Scored works, best first: kind `bought_together` and `similar` by work_id, kind `popular` by segment (`all`). What changed
 * since a whole version was made stands before it, in `fresh_bought_together` and `fresh_similar`.
 * Ids are indexes into the version's own list of works, a JSON array of work_id under a name that no work can have.
 */
export const WORK_IDS_FIELD = '\u0000ids'
export type ScoredIndexes = { indexes: Uint32Array; scores: Float32Array }

const PAIR_BYTES = 8

/** Little-endian pairs of uint32 index and float32 score. */
export function packScored({ indexes, scores }: ScoredIndexes): Buffer {
  const bytes = Buffer.allocUnsafe(indexes.length * PAIR_BYTES)
  for (let i = 0; i < indexes.length; i++) {
    bytes.writeUInt32LE(indexes[i] ?? 0, i * PAIR_BYTES)
    bytes.writeFloatLE(scores[i] ?? 0, i * PAIR_BYTES + 4)
  }
  return bytes
}

/** Throws when the bytes are not whole pairs: a record of another version of the software. */
export function pairsIn(bytes: Buffer): number {
  if (bytes.length % PAIR_BYTES !== 0)
    throw new Error(`packed scores: ${bytes.length} bytes are not whole pairs`)
  return bytes.length / PAIR_BYTES
}

export function unpackScored(bytes: Buffer): ScoredIndexes {
  const length = pairsIn(bytes)
  const indexes = new Uint32Array(length)
  const scores = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    indexes[i] = bytes.readUInt32LE(i * PAIR_BYTES)
    scores[i] = bytes.readFloatLE(i * PAIR_BYTES + 4)
  }
  return { indexes, scores }
}
