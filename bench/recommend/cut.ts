import type { Matrix } from '../../models/recommend/matrix.ts'
import { mulberry32 } from '../../models/chance.ts'
import type { Pairs } from '../pairs/data-set.ts'
import { matrixOfPairs, type Shape } from '../pairs/matrix-of-pairs.ts'

/** What is asked of a user: which items, hidden from the models, do they have? */
export type Question = { user: number; wanted: Uint32Array }
export type Cut = { matrix: Matrix; questions: Question[] }

const SEED = 20_211_015
/** Test files mostly hide a fifth of every user's items. */
const HIDDEN_SHARE = 0.2
/**
 * Half of the users are asked, and no more than this: what they hide is missing from the training part, which should stay
 * as dense as it will be in the end, since what is best depends on that.
 */
const USERS_MAX = 20_000
const USERS_SHARE = 0.5

export function questionsOf({ users, items }: Pairs): Question[] {
  const wanted = new Map<number, number[]>()
  users.forEach((user, at) => {
    const theirs = wanted.get(user) ?? []
    theirs.push(items[at] ?? 0)
    wanted.set(user, theirs)
  })
  return [...wanted].map(([user, theirs]) => ({ user, wanted: Uint32Array.from(new Set(theirs)) }))
}

/**
 * A validation cut of the training data alone: of some users a fifth of the items, at least one and never all. The seed is
 * fixed, so the same training file always gives the same cut.
 */
export function validationCut(train: Pairs, shape: Shape): Cut {
  const random = mulberry32(SEED)
  const everybody = shuffled(questionsOf(train), random).filter(({ wanted }) => wanted.length >= 2)
  const asked = everybody.slice(0, Math.min(USERS_MAX, Math.ceil(USERS_SHARE * everybody.length)))
  const questions = asked.map(({ user, wanted }) => ({
    user,
    wanted: Uint32Array.from(
      shuffled([...wanted], random).slice(0, Math.max(1, Math.round(HIDDEN_SHARE * wanted.length)))
    )
  }))
  return { matrix: matrixOfPairs(without(train, questions), shape), questions }
}

function without({ users, items }: Pairs, questions: readonly Question[]): Pairs {
  const hidden = new Map(questions.map(({ user, wanted }) => [user, new Set(wanted)]))
  const keep = (_: number, at: number) => hidden.get(users[at] ?? 0)?.has(items[at] ?? 0) !== true
  const kept = { users: users.filter(keep), items: items.filter(keep) }
  return kept
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const drawn = [...values]
  for (let at = drawn.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const [a, b] = [drawn[at], drawn[other]]
    if (a !== undefined && b !== undefined) [drawn[at], drawn[other]] = [b, a]
  }
  return drawn
}
