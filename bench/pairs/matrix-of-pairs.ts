import { matrixOf, type Matrix } from '../../models/recommend/matrix.ts'
import type { Pairs } from './data-set.ts'

export type Shape = { userCount: number; itemCount: number }

export function shapeOf(...parts: readonly Pairs[]): Shape {
  let [userCount, itemCount] = [0, 0]
  for (const { users, items } of parts) {
    for (let at = 0; at < users.length; at++) {
      userCount = Math.max(userCount, (users[at] ?? 0) + 1)
      itemCount = Math.max(itemCount, (items[at] ?? 0) + 1)
    }
  }
  return { userCount, itemCount }
}

/** All items of everybody: what a user has is also what must not be recommended to them. */
export function matrixOfPairs({ users, items }: Pairs, { userCount, itemCount }: Shape): Matrix {
  const interactions = {
    unitCount: userCount,
    itemCount,
    units: users,
    items,
    weights: new Float32Array(users.length).fill(1),
    occurredAtMs: new Float64Array(users.length)
  }
  return matrixOf(interactions, { itemsMax: Infinity })
}
