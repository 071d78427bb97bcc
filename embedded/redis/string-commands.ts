import type { Run } from './command.ts'
import { incrementInt64, parseInt64, parseInteger } from './command.ts'
import { array, bulkOrNil, CommandError, integer, NIL, OK, syntaxError } from './replies.ts'

export const get: Run = ([key = ''], { keys }) => bulkOrNil(keys.findAs(key, 'string')?.value)

export const mget: Run = (args, { keys }) =>
  array(
    args.map((key) => {
      const entry = keys.find(key)
      return bulkOrNil(entry?.kind === 'string' ? entry.value : undefined)
    })
  )

export const set: Run = ([key = '', value = '', ...options], { keys }) => {
  const { expiresInMs, only } = parseSetOptions(options)
  if (only && (keys.find(key) !== undefined) !== (only === 'xx')) return NIL
  keys.putString(key, value)
  if (expiresInMs !== undefined) keys.expireAt(key, keys.nowMs() + expiresInMs)
  return OK
}

type SetOptions = { expiresInMs?: number; only?: 'nx' | 'xx' }

function parseSetOptions(options: string[]): SetOptions {
  const parsed: SetOptions = {}
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toLowerCase()
    if ((option === 'nx' || option === 'xx') && (parsed.only ?? option) === option) {
      parsed.only = option
    } else if (
      (option === 'ex' || option === 'px') &&
      parsed.expiresInMs === undefined &&
      i + 1 < options.length
    ) {
      const duration = parseInteger(options[++i] ?? '')
      const expiresInMs = option === 'ex' ? duration * 1000 : duration
      if (duration <= 0 || expiresInMs >= 2 ** 63) {
        throw new CommandError("ERR invalid expire time in 'set' command")
      }
      parsed.expiresInMs = expiresInMs
    } else {
      throw syntaxError()
    }
  }
  return parsed
}

/** Keeps the key's expiry, as Redis does. */
export const incr: Run = ([key = ''], { keys }) => {
  const entry = keys.findAs(key, 'string')
  const value = incrementInt64(parseInt64(entry?.value ?? '0'))
  const expiresAtMs = keys.expiryOf(key)
  keys.putString(key, String(value))
  if (expiresAtMs !== undefined) keys.expireAt(key, expiresAtMs)
  return integer(value)
}
