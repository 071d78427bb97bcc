import type { Keyspace } from './keyspace.ts'
import { CommandError, notAnInteger } from './replies.ts'
import type { Scans } from './scans.ts'

/** What a command works on: the shared data and what one connection is doing. */
export type Context = {
  keys: Keyspace
  scans: Scans
  maxMemoryBytes: number
  password: string | undefined
  session: Session
}
export type Session = {
  authenticated: boolean
  quitting: boolean
  /** The commands queued since MULTI; undefined outside of a transaction. */
  queued: { requests: string[][]; bytes: number; failed: boolean } | undefined
}

/** `args` come without the command's name; the answer is an encoded reply. Throws a `CommandError`. */
export type Run = (args: string[], context: Context) => string

export type Command = {
  /** How many words the command has with its name; at least so many when below zero. */
  arity: number
  run: Run
  /** Refused when memory is full. */
  grows?: true
}

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

export function parseInt64(text: string): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw notAnInteger()
  const value = BigInt(text)
  if (value > INT64_MAX || value < INT64_MIN) throw notAnInteger()
  return value
}

export function incrementInt64(value: bigint): bigint {
  if (value === INT64_MAX) throw new CommandError('ERR increment or decrement would overflow')
  return value + 1n
}

/** For counts, ranks and times; those beyond 2^53 lose their last digits, which no such number needs. */
export const parseInteger = (text: string): number => Number(parseInt64(text))

export function parseFloatArgument(text: string): number {
  const word = /^([+-]?)inf(inity)?$/i.exec(text)
  if (word) return word[1] === '-' ? -Infinity : Infinity
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  throw new CommandError('ERR value is not a valid float')
}

/** `key value key value …` two by two. */
export function* pairsOf(args: string[]): Generator<[string, string]> {
  for (let i = 0; i + 1 < args.length; i += 2) yield [args[i] ?? '', args[i + 1] ?? '']
}
