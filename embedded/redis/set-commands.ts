import type { Run } from './command.ts'
import { ITEM_OVERHEAD_BYTES } from './keyspace.ts'
import { bulks, integer } from './replies.ts'

export const sadd: Run = ([key = '', ...members], { keys }) => {
  const set = keys.set(key)
  const sizeBefore = set.value.size
  for (const member of members) {
    if (set.value.has(member)) continue
    set.value.add(member)
    keys.grow(set, ITEM_OVERHEAD_BYTES + member.length)
  }
  return integer(set.value.size - sizeBefore)
}

export const srem: Run = ([key = '', ...members], { keys }) => {
  const set = keys.findAs(key, 'set')
  if (!set) return integer(0)
  const removed = members.filter((member) => set.value.delete(member))
  for (const member of removed) keys.grow(set, -(ITEM_OVERHEAD_BYTES + member.length))
  keys.deleteIfEmpty(key, set)
  return integer(removed.length)
}

export const smembers: Run = ([key = ''], { keys }) => bulks([...(keys.findAs(key, 'set')?.value ?? [])])

export const sismember: Run = ([key = '', member = ''], { keys }) =>
  integer(keys.findAs(key, 'set')?.value.has(member) ? 1 : 0)

export const scard: Run = ([key = ''], { keys }) => integer(keys.findAs(key, 'set')?.value.size ?? 0)
