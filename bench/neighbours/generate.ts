import { mulberry32 } from '../../models/chance.ts'
import type { Pairs } from '../pairs/data-set.ts'

export type GenerateOptions = { userCount: number; itemCount: number; pairCount: number; seed: number }

/** Of the logarithm of what users take: the most active of 500,000 have a hundred times as much as the median. */
const ACTIVITY_SIGMA = 1

/**
 * Pairs of a large shop, each once: how many items a user has is lognormal, which ones follow Zipf's law (the item of rank
 * r is drawn with a probability near 1 / r). Items are numbered by chance, as catalogues are, not by how popular they are.
 */
export function generatePairs({ userCount, itemCount, pairCount, seed }: GenerateOptions): Pairs {
  const random = mulberry32(seed)
  const ends = activityEnds(userCount, pairCount, random)
  const idOfRank = shuffledIds(itemCount, random)
  const users = new Uint32Array(pairCount)
  const items = new Uint32Array(pairCount)
  /** By item, who took it last, 1 up. */
  const takenBy = new Uint32Array(itemCount)
  let at = 0
  ends.forEach((end, user) => {
    if (end - at > itemCount / 2) throw new Error('a user has more than half of all items')
    while (at < end) {
      const item = idOfRank[Math.floor((itemCount + 1) ** random()) - 1] ?? 0
      if (takenBy[item] === user + 1) continue
      takenBy[item] = user + 1
      users[at] = user
      items[at++] = item
    }
  })
  return { users, items }
}

/** Where each user's pairs end: shares of the pairs as the activities are, rounded so that they add up. */
function activityEnds(userCount: number, pairCount: number, random: () => number): Uint32Array {
  const sums = new Float64Array(userCount)
  let sum = 0
  for (let user = 0; user < userCount; user++) sums[user] = sum += Math.exp(ACTIVITY_SIGMA * gauss(random))
  return Uint32Array.from(sums, (part) => Math.round((part / sum) * pairCount))
}

/** Box and Muller 1958. */
function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Fisher and Yates. */
function shuffledIds(count: number, random: () => number): Uint32Array {
  const ids = Uint32Array.from({ length: count }, (_, id) => id)
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const id = ids[at] ?? 0
    ids[at] = ids[other] ?? 0
    ids[other] = id
  }
  return ids
}
