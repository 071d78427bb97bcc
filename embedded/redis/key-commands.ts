import type { Context, Run } from './command.ts'
import { parseInteger } from './command.ts'
import { matchesPattern } from './pattern.ts'
import { array, bulk, bulks, CommandError, integer, OK, syntaxError } from './replies.ts'

const SCAN_COUNT = 10

export const del: Run = (args, { keys }) =>
  integer(args.filter((key) => keys.find(key) !== undefined && keys.delete(key)).length)

export const exists: Run = (args, { keys }) =>
  integer(args.filter((key) => keys.find(key) !== undefined).length)

export const expire: Run = (args, context) => expireIn(args, context, { command: 'expire', unitMs: 1000 })
export const pexpire: Run = (args, context) => expireIn(args, context, { command: 'pexpire', unitMs: 1 })

function expireIn(
  args: string[],
  { keys }: Context,
  { command, unitMs }: { command: string; unitMs: number }
) {
  const [key = '', duration = '', option] = args
  if (option !== undefined) throw new CommandError(`ERR Unsupported option ${option}`)
  const atMs = keys.nowMs() + parseInteger(duration) * unitMs
  if (Math.abs(atMs) >= 2 ** 63) throw new CommandError(`ERR invalid expire time in '${command}' command`)
  if (!keys.find(key)) return integer(0)
  keys.expireAt(key, atMs)
  return integer(1)
}

export const persist: Run = ([key = ''], { keys }) => integer(keys.find(key) && keys.persist(key) ? 1 : 0)

export const ttl: Run = ([key = ''], { keys }) => {
  if (!keys.find(key)) return integer(-2)
  const atMs = keys.expiryOf(key)
  return integer(atMs === undefined ? -1 : Math.floor((atMs - keys.nowMs() + 500) / 1000))
}

export const dbsize: Run = (_, { keys }) => integer(keys.size)

export const flushall: Run = (args, { keys }) => {
  if (args.length > 0 && !/^(a?sync)$/i.test(args[0] ?? '')) throw syntaxError()
  keys.clear()
  return OK
}

export const listKeys: Run = ([pattern = ''], { keys }) =>
  bulks([...keys.keys()].filter((key) => matchesPattern(key, pattern) && keys.find(key) !== undefined))

export const scan: Run = ([cursor = '', ...options], { keys, scans }) => {
  const { count, pattern } = parseScan(cursor, options)
  const page = scans.next(cursor, { of: keys, start: () => keys.keys(), count })
  const found = page.found.filter((key) => matchesPattern(key, pattern) && keys.find(key) !== undefined)
  return array([bulk(page.cursor), bulks(found)])
}

export const hscan: Run = ([key = '', cursor = '', ...options], { keys, scans }) => {
  const { count, pattern } = parseScan(cursor, options)
  const hash = keys.findAs(key, 'hash')?.value
  if (!hash) return array([bulk('0'), array([])])
  const page = scans.next(cursor, { of: hash, start: () => hash.entries(), count })
  const found = page.found.filter(([field]) => matchesPattern(field, pattern))
  return array([bulk(page.cursor), bulks(found.flat())])
}

function parseScan(cursor: string, options: string[]): { count: number; pattern: string } {
  if (!/^\d{1,20}$/.test(cursor)) throw new CommandError('ERR invalid cursor')
  const parsed = { count: SCAN_COUNT, pattern: '*' }
  for (let i = 0; i < options.length; i += 2) {
    const option = options[i]?.toLowerCase()
    const value = options[i + 1]
    if (value === undefined) throw syntaxError()
    if (option === 'match') parsed.pattern = value
    else if (option === 'count') parsed.count = parseInteger(value)
    else throw syntaxError()
    if (parsed.count < 1) throw syntaxError()
  }
  return parsed
}
