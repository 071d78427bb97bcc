import { FOREVER_MS, nameHash, SCRUBBED_REASON, type Span } from './erased-people.ts'
import type { ErasedPerson } from './erase-who.ts'

/**
 * Conditions of the statements that erase. They name people by hash only, because the warehouse keeps the text of its
 * mutations. Each reads the columns that it names in all rows: an erasure is rare.
 */
export type Whom = {
  /** Sets of hashes: of customers, and of browsers that nobody else used. */
  customers: string
  guests: string
  /** A person's time in a browser that others used, too. */
  spans: readonly ({ name_hash: string } & Span)[]
}

export function whomOf(people: readonly ErasedPerson[]): Whom {
  return {
    customers: setOf(customerHashes(people)),
    guests: setOf(guestHashes(people)),
    spans: sharedSpans(people)
  }
}

/** All who were ever erased, but for their times in browsers that others used, too. */
export const EVERYBODY: Whom = {
  customers: "(SELECT name_hash FROM ops.tombstones WHERE kind = 'customer')",
  guests: `(SELECT name_hash FROM ops.tombstones WHERE kind = 'guest' AND until_ms = ${FOREVER_MS})`,
  spans: []
}

export const customerHashes = (people: readonly ErasedPerson[]): string[] =>
  people.map(({ customer_id }) => nameHash(customer_id))

export const guestHashes = (people: readonly ErasedPerson[]): string[] =>
  people.flatMap(({ browsers }) =>
    browsers.filter(({ shared }) => !shared).map(({ anonymous_id }) => nameHash(anonymous_id))
  )

export const sharedSpans = (people: readonly ErasedPerson[]): Whom['spans'] =>
  people.flatMap(({ browsers }) =>
    browsers
      .filter(({ shared }) => shared)
      .flatMap(({ anonymous_id, spans }) =>
        spans.map((span) => ({ name_hash: nameHash(anonymous_id), ...span }))
      )
  )

/** Rows of these people in a table with the envelope's columns: their own, and those of their time as guests. */
export function envelopeCondition({ customers, guests, spans }: Whom): string {
  const asGuest = [
    isOneOf('anonymous_id', guests),
    ...spans.map(
      ({ name_hash, after_ms, until_ms }) =>
        `(${isOneOf('anonymous_id', setOf([name_hash]))} AND toUnixTimestamp64Milli(occurred_at) > ${after_ms} AND toUnixTimestamp64Milli(occurred_at) <= ${until_ms})`
    )
  ]
  return `(${isOneOf('user_id', customers)} OR (user_id = '' AND (${asGuest.join(' OR ')})))`
}

export const customersCondition = ({ customers }: Whom): string =>
  `(${isOneOf('customer_id', customers)} OR ${isOneOf('user_id', customers)})`

export const customerIdCondition = ({ customers }: Whom): string => isOneOf('customer_id', customers)

const isOneOf = (column: string, set: string): string =>
  `(${column} != '' AND lower(hex(SHA256(${column}))) IN ${set})`

/** A set without members is no SQL, and nothing has an empty hash. */
const setOf = (hashes: readonly string[]): string =>
  `(${['', ...hashes].map((hash) => `'${hash}'`).join(', ')})`

const TEXT = "if(body_encoding = 'base64', tryBase64Decode(body), body)"
/** An id has at most 100 characters. */
const NAME_BYTES_MAX = 400

/** Rejected messages that name somebody, as `namesIn` finds names. */
export function rejectedCondition({ customers, guests }: Whom): string {
  const names = `arrayConcat(
    splitByChar('"', ${TEXT}),
    arrayMap(token -> JSONExtractString(token), extractAll(${TEXT}, '(?s)"(?:[^"\\\\\\\\]|\\\\\\\\.)*"')),
    extractAll(${TEXT}, '"(?:user_id|anonymous_id|customer_id)"\\\\s*:\\\\s*([-+.0-9A-Za-z]+)'))`
  const hash = 'lower(hex(SHA256(name)))'
  return `arrayExists(name -> length(name) BETWEEN 1 AND ${NAME_BYTES_MAX} AND (${hash} IN ${customers} OR ${hash} IN ${guests}), ${names})`
}

export const SCRUB = `body = '', body_encoding = 'utf8', reason = '${SCRUBBED_REASON}'`

/** Tables whose rows stay without the person. A test finds those that are missing here. */
export const BLANKED: readonly { table: string; set: string; condition: (whom: Whom) => string }[] = [
  ...['raw.orders', 'raw.rentals', 'raw.stock', 'raw.catalogue', 'raw.operations'].map((table) => ({
    table,
    set: "user_id = '', anonymous_id = '', session_id = ''",
    condition: envelopeCondition
  })),
  ...['mart.order_lines', 'mart.order_steps', 'mart.sales'].map((table) => ({
    table,
    set: "customer_id = ''",
    condition: customerIdCondition
  }))
]
