/** How figures, dates and titles read on the page. */
const LOCALE = 'en-GB'
const SHOUTED_LETTERS_MIN = 5

export function money(amount: string | null, currency: string | null): string {
  if (amount === null) return 'Price on request'
  if (currency === null) return amount
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(Number(amount))
}

/** A catalogue in capitals shouts; only how it is shown changes. `IV` and `MTV` are no shouting. */
export function readable(title: string): string {
  const text = title.trim()
  if (text !== text.toUpperCase() || letterCount(text) < SHOUTED_LETTERS_MIN) return text
  return text.charAt(0) + text.slice(1).toLowerCase()
}

const letterCount = (text: string) => text.match(/\p{L}/gu)?.length ?? 0

/** Reasons quote titles, which are in capitals where the shop's are: what stands behind their first words. */
export const readableReason = (text: string) =>
  text
    .split(' and ')
    .map((part) => part.replace(/(?<=^|\p{Ll} )\P{Ll}+$/u, readable))
    .join(' and ')

const FORMAT_NAMES: Record<string, string> = { cd: 'CD', vinyl: 'Vinyl', dvd: 'DVD', 'blu-ray': 'Blu-ray' }

/** As the shop spells it, unless it is one that everybody spells in another way. */
export const formatName = (format: string) => FORMAT_NAMES[format] ?? spoken(format)

export const date = (time: string, timeZone: string) =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone }).format(new Date(time))

export const dateAndTime = (time: string, timeZone: string) =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(time)
  )

/** `2026-01-08` → `8 Jan`. */
export const dayAndMonth = (day: string) =>
  new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day))

export const number = (value: number, digits = 1) =>
  new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }).format(value)

export const count = (n: number, one: string, many: string) => `${number(n, 0)} ${n === 1 ? one : many}`

/** `order_placed` → `Order placed`. */
export const spoken = (name: string) => sentence(name.replaceAll('_', ' '))
export const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

export function stockState(on_hand: number | null): {
  text: string
  level: 'none' | 'low' | 'good' | 'unknown'
} {
  if (on_hand === null) return { text: 'Stock not counted', level: 'unknown' }
  if (on_hand <= 0) return { text: 'Out of stock', level: 'none' }
  if (on_hand <= 5) return { text: `Only ${on_hand} left`, level: 'low' }
  return { text: `${number(on_hand, 0)} in stock`, level: 'good' }
}
