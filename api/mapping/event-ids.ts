import { hash } from 'node:crypto'
import { textOf } from '../collect.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The sender's own id where it is a UUID; the first event of several has it, the others one that is made from it. */
export function eventIds(options: {
  own: string | undefined
  /** What is the same whenever the sender tries again, and different for any other event. */
  seed: unknown
  /** The sender's own clock, RFC 3339. */
  time: unknown
  count: number
}): string[] {
  const { own, seed, time, count } = options
  const seedText = count > 0 ? textOf(seed) : ''
  return Array.from({ length: count }, (_, i) =>
    i === 0 && own !== undefined && UUID.test(own)
      ? own.toLowerCase()
      : uuidOf(`${seedText} ${i}`, typeof time === 'string' ? Date.parse(time) : Number.NaN)
  )
}

const MS_MAX = 2 ** 48

/**
 * A UUID made from a text. With a time it has the shape of version 7, whose neighbours in time are neighbours in the
 * look-up of repeats; without one it is of version 8, which is for makers' own rules.
 */
export function uuidOf(text: string, ms: number): string {
  const digits = hash('sha256', text)
  const isTimed = ms >= 0 && ms < MS_MAX
  const head = isTimed ? ms.toString(16).padStart(12, '0') : digits.slice(20, 32)
  const variant = ((Number.parseInt(digits.slice(3, 4), 16) & 0x3) | 0x8).toString(16)
  return [
    head.slice(0, 8),
    head.slice(8),
    (isTimed ? '7' : '8') + digits.slice(0, 3),
    variant + digits.slice(4, 7),
    digits.slice(7, 19)
  ].join('-')
}
