import type { ScoredIndexes } from '../../models/contracts/served.ts'
import { DENSE_ITEMS_MAX, fitDenseRidge } from '../../models/recommend/dense-ridge.ts'
import { fitImplicitAls } from '../../models/recommend/implicit-als.ts'
import { fitItemNeighbours, type NeighbourOptions } from '../../models/recommend/item-neighbours.ts'
import {
  bm25,
  cosine,
  degreeNormalised,
  rp3beta,
  tfIdf,
  type Kernel
} from '../../models/recommend/kernels.ts'
import type { Matrix } from '../../models/recommend/matrix.ts'
import type { Neighbours } from '../../models/recommend/neighbours.ts'
import { fitUserNeighbours } from '../../models/recommend/user-neighbours.ts'
import { fitRidgeLists, joinTargets } from '../../models/recommend/sparse-ridge.ts'
import type { Fitted } from './fitted.ts'
import type { Axis, Settings } from '../tuning/search.ts'

/** One kind of model: what is searched, from where, and how it is fitted. */
export type Family = {
  name: string
  /** With more items than this it is left out. */
  itemsMax?: number
  /** Of the time that is left when its turn comes, against those that follow. */
  share: number
  /** Asked while searching: scoring costs more than fitting where every item's score is a product of vectors. */
  usersMax?: number
  start: Settings
  axes: readonly Axis[]
  /** Searched after that, each from what was best: what costs too much to be tried throughout. */
  refinements: readonly Refinement[]
  /** May keep what settings share from one fit to the next. */
  createFit: (matrix: Matrix) => (settings: Settings) => Fitted
}

export type Refinement = { with: Settings; axes: readonly Axis[] }

const exponent = (name: string, { min = 0, max = 1.5, step = 0.2 } = {}): Axis => ({
  name,
  by: 'adding',
  step,
  min,
  max
})

const NEIGHBOURS = 200
const PER_TARGET = 1

/** `per_target` 1 keeps the best sources of each target, 0 the best targets of each source. */
function kernelFamily(
  name: string,
  { start = {}, axes = [], kernelOf }: { start?: Settings; axes?: Axis[]; kernelOf: (at: Settings) => Kernel }
): Family {
  return {
    name,
    share: 1,
    start: { ...start, neighbours: NEIGHBOURS, per_target: PER_TARGET },
    axes,
    refinements: [
      { with: { per_target: 1 - PER_TARGET }, axes: [] },
      { with: { neighbours: NEIGHBOURS / 2 }, axes: [] }
    ],
    createFit: (matrix) => (settings) =>
      listed(fitItemNeighbours(matrix, kernelOf(settings), neighbourOptionsOf(settings)))
  }
}

function neighbourOptionsOf(settings: Settings): NeighbourOptions {
  const keep = settings['per_target'] === PER_TARGET ? 'sources per target' : 'targets per source'
  return { neighboursMax: settings['neighbours'] ?? NEIGHBOURS, keep }
}

/** Few candidates while searching: the order of settings is nearly the same, and a solve costs their cube. */
const CANDIDATES = { searching: 64, last: 200 }

const sparseRidge: Family = {
  name: 'sparse ridge',
  share: 8,
  start: {
    unit_exponent: 0.3,
    candidate_exponent: 0.3,
    ridge: 80,
    penalty_exponent: 0.3,
    target_exponent: 0.1,
    candidates: CANDIDATES.searching
  },
  axes: [
    { name: 'ridge', by: 'multiplying', step: 3, min: 0.1, max: 100_000 },
    exponent('target_exponent', { min: -0.5, max: 1 }),
    exponent('unit_exponent'),
    exponent('penalty_exponent', { min: -0.5, max: 1.5 }),
    exponent('candidate_exponent', { max: 1 })
  ],
  refinements: [
    {
      with: { candidates: CANDIDATES.last },
      axes: [
        { name: 'ridge', by: 'multiplying', step: 1.5, min: 0.1, max: 100_000 },
        exponent('penalty_exponent', { min: -0.5, max: 1.5 }),
        exponent('target_exponent', { min: -0.5, max: 1, step: 0.1 })
      ]
    }
  ],
  createFit: (matrix) => {
    let kept: { key: string; lists: ScoredIndexes[] } | undefined
    return ({ target_exponent: targetExponent = 0, ...settings }) => {
      const key = JSON.stringify(settings)
      if (kept?.key !== key) kept = { key, lists: ridgeLists(matrix, settings) }
      return listed(joinTargets(kept.lists, matrix, targetExponent))
    }
  }
}

function ridgeLists(matrix: Matrix, settings: Settings): ScoredIndexes[] {
  const [lists = []] = fitRidgeLists(matrix, {
    unitExponent: settings['unit_exponent'] ?? 0,
    candidateExponent: settings['candidate_exponent'] ?? 0,
    candidatesMax: settings['candidates'] ?? CANDIDATES.last,
    penalties: [{ ridge: settings['ridge'] ?? 1, penaltyExponent: settings['penalty_exponent'] ?? 0 }],
    from: 0,
    to: matrix.itemCount
  })
  return lists
}

/** The limit of the sparse ridge, for small catalogues only. */
const denseRidge: Family = {
  name: 'dense ridge',
  share: 5,
  itemsMax: DENSE_ITEMS_MAX,
  start: { unit_exponent: 0.3, ridge: 80, penalty_exponent: 0.3, target_exponent: 0.1 },
  axes: sparseRidge.axes.filter(({ name }) => name !== 'candidate_exponent'),
  refinements: [],
  createFit: (matrix) => (settings) => {
    const weights = fitDenseRidge(matrix, {
      unitExponent: settings['unit_exponent'] ?? 0,
      ridge: settings['ridge'] ?? 1,
      penaltyExponent: settings['penalty_exponent'] ?? 0,
      targetExponent: settings['target_exponent'] ?? 0
    })
    return { kind: 'dense', weights }
  }
}

/** Short vectors and few rounds while searching. */
const implicitAls: Family = {
  name: 'implicit ALS',
  share: 3,
  usersMax: 2_000,
  start: { regularisation: 5, alpha: 60, target_exponent: 0.2, factors: 48, iterations: 5 },
  axes: [
    { name: 'regularisation', by: 'multiplying', step: 4, min: 0.01, max: 10_000 },
    { name: 'alpha', by: 'multiplying', step: 4, min: 0.1, max: 10_000 },
    exponent('target_exponent', { max: 1 })
  ],
  refinements: [{ with: { factors: 128, iterations: 10 }, axes: [] }],
  createFit: (matrix) => (settings) => {
    const options = {
      factors: settings['factors'] ?? 128,
      regularisation: settings['regularisation'] ?? 1,
      alpha: settings['alpha'] ?? 1,
      iterations: settings['iterations'] ?? 10,
      targetExponent: settings['target_exponent'] ?? 0,
      seed: 1
    }
    const { items, scale } = fitImplicitAls(matrix, options)
    return { kind: 'vectors', items, scale, confidence: options }
  }
}

const popularity: Family = {
  name: 'popularity',
  share: 0,
  start: {},
  axes: [],
  refinements: [],
  createFit: (matrix) => () => ({ kind: 'popularity', scores: Float32Array.from(matrix.itemDegrees) })
}

/** The textbook's method. */
const userCosine: Family = {
  name: 'user-user cosine',
  share: 1,
  usersMax: 5_000,
  start: { neighbours: 200, units_per_item: 5_000 },
  axes: [{ name: 'neighbours', by: 'multiplying', step: 2, min: 10, max: 2_000 }],
  refinements: [],
  createFit: (matrix) => (settings) => ({
    kind: 'users',
    users: fitUserNeighbours(matrix, {
      neighboursMax: settings['neighbours'] ?? 200,
      unitsPerItemMax: settings['units_per_item'] ?? 5_000
    })
  })
}

/** In the order in which they are tuned: what matters most first, so that a slow machine saves at the rest. */
export const families: readonly Family[] = [
  popularity,
  sparseRidge,
  denseRidge,
  implicitAls,
  userCosine,
  kernelFamily('item cosine', { kernelOf: () => cosine }),
  kernelFamily('TF-IDF', { kernelOf: () => tfIdf }),
  kernelFamily('BM25', {
    start: { k1: 10, b: 0.5 },
    axes: [{ name: 'k1', by: 'multiplying', step: 4, min: 0.1, max: 1000 }, exponent('b', { max: 1 })],
    kernelOf: ({ k1 = 1, b = 0 }) => bm25({ k1, b })
  }),
  kernelFamily('RP3beta', {
    start: { alpha: 0.6, beta: 0.4 },
    axes: [exponent('alpha'), exponent('beta')],
    kernelOf: ({ alpha = 1, beta = 0 }) => rp3beta({ alpha, beta })
  }),
  kernelFamily('co-occurrence', {
    start: { unit_exponent: 0.4, source_exponent: 0.4, target_exponent: 0.4 },
    axes: [exponent('unit_exponent'), exponent('source_exponent'), exponent('target_exponent')],
    kernelOf: ({ unit_exponent = 0, source_exponent = 0, target_exponent = 0 }) =>
      degreeNormalised({
        unitExponent: unit_exponent,
        sourceExponent: source_exponent,
        targetExponent: target_exponent
      })
  })
]

function listed(neighbours: Neighbours): Fitted {
  return { kind: 'neighbours', neighbours }
}
