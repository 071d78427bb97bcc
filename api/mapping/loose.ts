import { formatMoney, parseMoney } from '../../models/contracts/money.ts'

/**
 * Reading what others wrote. Nothing here refuses: what cannot be read stays as it came, and the event's own check then
 * names the field, so that outside data is checked in one place.
 */
export type Loose = Record<string, unknown>

export const objectOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}

export const objectsOf = (value: unknown): Loose[] => (Array.isArray(value) ? value.map(objectOf) : [])

/** Ids are often numbers elsewhere. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The first that says something. */
export const firstText = (...values: unknown[]): string | undefined =>
  values.map(textOf).find((text) => text !== undefined)

/** Whole numbers are sometimes texts elsewhere. */
export const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : (value ?? undefined)

/**
 * A number becomes the shortest decimal that names it, which is what was written but for zeros at the end: 12.90 is
 * "12.9". A number with more than 4 places, such as the 0.30000000000000004 of a sum of floats, is thus refused by the
 * event's check: rounding it would be guessing.
 */
export const moneyText = (value: unknown): string | undefined => textOf(value)

/** As a number where that says the same; a larger amount stays a text, which is read back as well. */
export function moneyNumber(text: string): number | string {
  const exact = formatMoney(parseMoney(text))
  return String(Number(exact)) === exact ? Number(exact) : exact
}

/** Undefined when one of them is no amount of money. */
export function amountOf(value: unknown): bigint | undefined {
  const text = moneyText(value)
  try {
    return text === undefined ? 0n : parseMoney(text)
  } catch {
    return undefined
  }
}

/** RFC 3339 in UTC. A time without a zone could be any, so it stays as it came and is refused. */
export function timeText(value: unknown): unknown {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d\d:?\d\d)$/i.test(value)) return value ?? undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? value : new Date(ms).toISOString()
}

/** Without what was left open. */
export const present = (fields: Loose): Loose =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null))
