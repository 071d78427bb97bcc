import { pairsOf, type Run } from './command.ts'
import { ITEM_OVERHEAD_BYTES } from './keyspace.ts'
import { array, bulkOrNil, bulks, integer, wrongArgumentCount } from './replies.ts'

export const hset: Run = ([key = '', ...pairs], { keys }) => {
  if (pairs.length % 2 !== 0) throw wrongArgumentCount('hset')
  const hash = keys.hash(key)
  let added = 0
  for (const [field, value] of pairsOf(pairs)) {
    const before = hash.value.get(field)
    hash.value.set(field, value)
    if (before === undefined) added++
    const bytes = before === undefined ? ITEM_OVERHEAD_BYTES + field.length : -before.length
    keys.grow(hash, bytes + value.length)
  }
  return integer(added)
}

export const hget: Run = ([key = '', field = ''], { keys }) =>
  bulkOrNil(keys.findAs(key, 'hash')?.value.get(field))

export const hmget: Run = ([key = '', ...fields], { keys }) => {
  const hash = keys.findAs(key, 'hash')
  return array(fields.map((field) => bulkOrNil(hash?.value.get(field))))
}

export const hgetall: Run = ([key = ''], { keys }) =>
  bulks([...(keys.findAs(key, 'hash')?.value ?? [])].flat())

export const hdel: Run = ([key = '', ...fields], { keys }) => {
  const hash = keys.findAs(key, 'hash')
  if (!hash) return integer(0)
  let removed = 0
  for (const field of fields) {
    const value = hash.value.get(field)
    if (value === undefined) continue
    hash.value.delete(field)
    keys.grow(hash, -(ITEM_OVERHEAD_BYTES + field.length + value.length))
    removed++
  }
  keys.deleteIfEmpty(key, hash)
  return integer(removed)
}

export const hlen: Run = ([key = ''], { keys }) => integer(keys.findAs(key, 'hash')?.value.size ?? 0)
