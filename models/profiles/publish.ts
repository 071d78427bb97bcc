import { factsKey, type ProfileFacts } from '../contracts/served.ts'
import type { Lists } from './lists.ts'
import { expire, isGuest, listKey, type RedisCommand } from './sources.ts'

const MEMBERS_A_COMMAND = 1_000

/** The whole profile as it is served, in place of the one before. */
export function publishCommands(visitor: string, lists: Lists): RedisCommand[] {
  const written = (['recent', 'hidden', 'owned'] as const).flatMap((list): RedisCommand[] => {
    const key = listKey(list, visitor)
    const commands: RedisCommand[] = [['del', key]]
    for (let i = 0; i < lists[list].length; i += MEMBERS_A_COMMAND) {
      const some = lists[list].slice(i, i + MEMBERS_A_COMMAND)
      commands.push(['zadd', key, ...some.flatMap(({ product_id, at_ms }) => [at_ms, product_id])])
    }
    return [...commands, ...expire(key, visitor)]
  })
  if (isGuest(visitor)) return written
  const facts = Object.entries(factsOf(lists)).flat()
  return [
    ...written,
    ['del', factsKey(visitor)],
    ...(facts.length > 0 ? [['hset', factsKey(visitor), ...facts] satisfies RedisCommand] : [])
  ]
}

function factsOf({ tier, consent, gaveBack }: Lists): ProfileFacts {
  return {
    ...(tier !== undefined && { tier }),
    ...(consent && { personalisation: consent.given ? '1' : '0' }),
    ...(consent?.given && consent.from_ms > 0 && { kept_from_ms: String(consent.from_ms) }),
    ...(gaveBack && { gave_back: '1' as const })
  }
}
