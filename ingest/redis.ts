import type { Redis } from 'ioredis'
import {
  GUEST_PROFILE_SECONDS,
  OWNED_ITEMS_MAX,
  ownedKey,
  RECENT_ITEMS_MAX,
  recentKey
} from '../models/contracts/served.ts'
import type { ProfileUpdate } from './profiles.ts'

/** Writes the updates in one round trip. Later times win, so a repeated or late event changes nothing for the worse. */
export async function updateProfiles(redis: Redis, updates: ProfileUpdate[]): Promise<void> {
  if (updates.length === 0) return
  const pipeline = redis.pipeline()
  for (const { visitor, list, product_ids, atMs } of updates) {
    const [key, itemsMax] =
      list === 'recent' ? [recentKey(visitor), RECENT_ITEMS_MAX] : [ownedKey(visitor), OWNED_ITEMS_MAX]
    pipeline.zadd(key, 'GT', ...product_ids.flatMap((product_id) => [atMs, product_id]))
    pipeline.zremrangebyrank(key, 0, -1 - itemsMax)
    if (visitor.startsWith('a:')) pipeline.expire(key, GUEST_PROFILE_SECONDS)
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}
