import { pairsOf, parseFloatArgument, parseInteger, type Context, type Run } from './command.ts'
import { ITEM_OVERHEAD_BYTES } from './keyspace.ts'
import { bulk, bulkOrNil, bulks, CommandError, integer, score as spell, syntaxError } from './replies.ts'

/** A member lies in a map and in a list, each with its score. */
const MEMBER_OVERHEAD_BYTES = 2 * ITEM_OVERHEAD_BYTES

export const zadd: Run = ([key = '', ...args], { keys }) => {
  const { flags, pairs } = parseAdd(args)
  const known = keys.findAs(key, 'zset')
  if (!known && flags.has('xx')) return integer(0)
  const zset = known ?? keys.zset(key)
  let added = 0
  for (const { score, member } of pairs) {
    const before = zset.value.scoreOf(member)
    if (!mayAdd(flags, before, score)) continue
    if (before !== score) zset.value.set(member, score)
    if (before !== undefined) continue
    keys.grow(zset, MEMBER_OVERHEAD_BYTES + member.length)
    added++
  }
  keys.deleteIfEmpty(key, zset)
  return integer(added)
}

function parseAdd(args: string[]) {
  const flags = new Set<string>()
  let first = 0
  for (; /^(nx|xx|gt|lt)$/i.test(args[first] ?? ''); first++) flags.add((args[first] ?? '').toLowerCase())
  const rest = args.slice(first)
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError()
  if (flags.has('nx') && flags.has('xx')) {
    throw new CommandError('ERR XX and NX options at the same time are not compatible')
  }
  if (['nx', 'gt', 'lt'].filter((flag) => flags.has(flag)).length > 1) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  }
  const pairs = [...pairsOf(rest)].map(([score, member]) => ({ score: parseFloatArgument(score), member }))
  return { flags, pairs }
}

/** GT and LT hold back updates only; new members are always added. */
function mayAdd(flags: Set<string>, before: number | undefined, score: number): boolean {
  if (before === undefined) return !flags.has('xx')
  if (flags.has('gt')) return score > before
  if (flags.has('lt')) return score < before
  return !flags.has('nx')
}

export const zrange: Run = (args, context) => {
  const options = args.slice(3).map((option) => option.toLowerCase())
  if (options.some((option) => option !== 'rev' && option !== 'withscores')) throw syntaxError()
  const reversed = options.includes('rev')
  return range(args, context, { reversed, withScores: options.includes('withscores') })
}

export const zrevrange: Run = (args, context) => {
  const options = args.slice(3).map((option) => option.toLowerCase())
  if (options.some((option) => option !== 'withscores')) throw syntaxError()
  return range(args, context, { reversed: true, withScores: options.length > 0 })
}

function range(
  args: string[],
  { keys }: Context,
  { reversed, withScores }: { reversed: boolean; withScores: boolean }
) {
  const [key = '', start = '', stop = ''] = args
  const ranks = { start: parseInteger(start), stop: parseInteger(stop) }
  const zset = keys.findAs(key, 'zset')?.value
  if (!zset) return bulks([])
  const { from, to } = clampRanks(ranks, zset.size)
  const found = reversed ? zset.slice(zset.size - to, zset.size - from).toReversed() : zset.slice(from, to)
  return bulks(found.flatMap(({ member, score }) => (withScores ? [member, spell(score)] : [member])))
}

/** Redis counts from the end below zero and includes `stop`; the answer excludes `to`. */
function clampRanks(
  { start, stop }: { start: number; stop: number },
  size: number
): { from: number; to: number } {
  const from = Math.min(size, Math.max(0, start < 0 ? size + start : start))
  const to = Math.min(size, (stop < 0 ? size + stop : stop) + 1)
  return { from, to: Math.max(from, to) }
}

export const zrem: Run = ([key = '', ...members], { keys }) => removeMembers(key, members, keys)

export const zremrangebyrank: Run = ([key = '', start = '', stop = ''], { keys }) => {
  const ranks = { start: parseInteger(start), stop: parseInteger(stop) }
  const zset = keys.findAs(key, 'zset')?.value
  if (!zset) return integer(0)
  const { from, to } = clampRanks(ranks, zset.size)
  return removeMembers(
    key,
    zset.slice(from, to).map(({ member }) => member),
    keys
  )
}

function removeMembers(key: string, members: string[], keys: Context['keys']): string {
  const zset = keys.findAs(key, 'zset')
  if (!zset) return integer(0)
  const removed = members.filter((member) => zset.value.delete(member))
  for (const member of removed) keys.grow(zset, -(MEMBER_OVERHEAD_BYTES + member.length))
  keys.deleteIfEmpty(key, zset)
  return integer(removed.length)
}

export const zcard: Run = ([key = ''], { keys }) => integer(keys.findAs(key, 'zset')?.value.size ?? 0)

export const zscore: Run = ([key = '', member = ''], { keys }) => {
  const found = keys.findAs(key, 'zset')?.value.scoreOf(member)
  return found === undefined ? bulkOrNil(undefined) : bulk(spell(found))
}
