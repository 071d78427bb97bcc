import { scoreDense, type DenseWeights } from '../../models/recommend/dense-ridge.ts'
import { createFoldIn, type Confidence } from '../../models/recommend/fold-in.ts'
import { scoreImplicitAls } from '../../models/recommend/implicit-als.ts'
import { scoreNeighbours, type Neighbours } from '../../models/recommend/neighbours.ts'
import { scoreUserNeighbours, type UserNeighbours } from '../../models/recommend/user-neighbours.ts'
import type { Model } from '../../models/recommend/recommender.ts'

/** A fitted model as data, so that one thread may fit it and others ask it. */
export type Fitted =
  | { kind: 'neighbours'; neighbours: Neighbours }
  | { kind: 'dense'; weights: DenseWeights }
  | { kind: 'vectors'; items: Float64Array; scale: Float64Array; confidence: Confidence }
  | { kind: 'users'; users: UserNeighbours }
  | { kind: 'popularity'; scores: Float32Array }

export function modelOf(fitted: Fitted): Model {
  switch (fitted.kind) {
    case 'neighbours':
      return { score: (history) => scoreNeighbours(fitted.neighbours, history) }
    case 'dense':
      return { score: (history) => scoreDense(fitted.weights, history) }
    case 'vectors': {
      const { items, scale, confidence } = fitted
      const als = { factors: confidence.factors, items, scale, fold: createFoldIn(items, confidence) }
      return { score: (history) => scoreImplicitAls(als, history) }
    }
    case 'users':
      return { score: (history) => scoreUserNeighbours(fitted.users, history) }
    case 'popularity':
      return { score: () => fitted.scores.slice() }
  }
}
