import type { Edition } from './editions.ts'

/** Pence as a decimal string of pounds. */
export const pounds = (pence: number): string => {
  const digits = String(Math.abs(pence)).padStart(3, '0')
  return `${pence < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** What the product costs at this time: its list price, or that of an offer. */
export const currentPrice = ({ price, offer }: Edition, atMs: number): number =>
  offer && offer.startsMs <= atMs && atMs < offer.endsMs ? offer.price : price
