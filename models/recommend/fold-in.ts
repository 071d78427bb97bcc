import { factorise, invertFactorised, solveFactorised } from './cholesky.ts'
import { dot, multiplyRows } from './products.ts'

export type Confidence = {
  factors: number
  /** Of the squared length of every vector. */
  regularisation: number
  /** What one unit of weight adds to the confidence of 1 that everything has. */
  alpha: number
}

/** Writes the vector of a history into the third. */
export type FoldIn = (indexes: Uint32Array, values: Float32Array, into: Float64Array) => void

/**
 * x solves (K + Y'CY) x = Y'(1 + c) over the n vectors Y of a history, with K = all vectors' Gram + regularisation and
 * C = diag(c), c = alpha A. With Z = Y K^-1, found once for all vectors, x = Z'v where v = C^1/2 u and
 * (I + C^1/2 Y Z' C^1/2) u = C^-1/2 (1 + c): n equations, not as many as there are factors, for most histories are short.
 */
export function createFoldIn(vectors: Float64Array, { factors, regularisation, alpha }: Confidence): FoldIn {
  const gram = gramOf(vectors, factors, regularisation)
  const inverse = gram.slice()
  if (!factorise(inverse, factors))
    throw new Error('a Gram matrix with a regularisation is not positive definite')
  invertFactorised(inverse, factors)
  const solved = timesSymmetric(vectors, inverse, factors)
  // Of one history: the equations, and the rows of both matrices times the roots of their confidence.
  let small = new Float64Array(0)
  let own = new Float64Array(0)
  let others = new Float64Array(0)
  const large = new Float64Array(factors * factors)
  const grow = (n: number): void => {
    if (small.length >= n * n) return
    small = new Float64Array(n * n)
    own = new Float64Array(n * factors)
    others = new Float64Array(n * factors)
  }
  return (indexes, values, into) => {
    const n = indexes.length
    if (n > factors) {
      foldLong(vectors, { indexes, values, into, large, gram, factors, alpha })
      return
    }
    grow(n)
    const roots = Float64Array.from(values, (value) => Math.sqrt(alpha * value))
    gather({ values: vectors, length: factors }, indexes, roots, own)
    gather({ values: solved, length: factors }, indexes, roots, others)
    multiplyRows({ values: own, count: n }, { values: others, count: n }, small, {
      length: factors,
      lowerOnly: true
    })
    for (let i = 0; i < n; i++) small[i * n + i] = (small[i * n + i] ?? 0) + 1
    const right = roots.map((root) => (root > 0 ? (1 + root * root) / root : 0))
    if (!factorise(small, n)) throw new Error('the equations of a history are not positive definite')
    solveFactorised(small, n, right)
    into.fill(0)
    for (let i = 0; i < n; i++) addScaled(into, others, i * factors, right[i] ?? 0)
  }
}

/** The rows of some items end to end, each times its factor. */
function gather(
  { values, length }: { values: Float64Array; length: number },
  indexes: Uint32Array,
  by: Float64Array,
  into: Float64Array
): void {
  for (let i = 0; i < indexes.length; i++) {
    const from = (indexes[i] ?? 0) * length
    const factor = by[i] ?? 0
    for (let k = 0; k < length; k++) into[i * length + k] = factor * (values[from + k] ?? 0)
  }
}

type Long = {
  indexes: Uint32Array
  values: Float32Array
  into: Float64Array
  large: Float64Array
  gram: Float64Array
  factors: number
  alpha: number
}

/** The same as it is written, for histories longer than a vector. */
function foldLong(vectors: Float64Array, { indexes, values, into, large, gram, factors, alpha }: Long): void {
  large.set(gram)
  into.fill(0)
  for (let at = 0; at < indexes.length; at++) {
    const start = (indexes[at] ?? 0) * factors
    const confidence = alpha * (values[at] ?? 0)
    addOuter(large, vectors, start, factors, confidence)
    addScaled(into, vectors, start, 1 + confidence)
  }
  if (!factorise(large, factors)) throw new Error('the equations of a history are not positive definite')
  solveFactorised(large, factors, into)
}

/**
 * What each item of a history gave to the score y'x of a vector y (Hu, Koren, Volinsky 2008, section 5): x = W Y'(1 + c) with
 * W = (K + Y'CY)^-1, so the score is the sum over the history of (1 + c_i) y'W y_i. One solve of as many equations as factors.
 */
export function createTakeApart(vectors: Float64Array, { factors, regularisation, alpha }: Confidence) {
  const gram = gramOf(vectors, factors, regularisation)
  return (indexes: Uint32Array, values: Float32Array, target: number): Float64Array => {
    const large = gram.slice()
    indexes.forEach((index, at) =>
      addOuter(large, vectors, index * factors, factors, alpha * (values[at] ?? 0))
    )
    const solved = vectors.slice(target * factors, (target + 1) * factors)
    if (!factorise(large, factors)) throw new Error('the equations of a history are not positive definite')
    solveFactorised(large, factors, solved)
    return Float64Array.from(indexes, (index, at) => {
      const confidence = alpha * (values[at] ?? 0)
      return confidence > 0 ? (1 + confidence) * dot(solved, 0, vectors, index * factors, factors) : 0
    })
  }
}

/** The lower half of Y'Y + regularisation. */
function gramOf(vectors: Float64Array, factors: number, regularisation: number): Float64Array {
  const gram = new Float64Array(factors * factors)
  for (let start = 0; start < vectors.length; start += factors) addOuter(gram, vectors, start, factors, 1)
  for (let i = 0; i < factors; i++) gram[i * factors + i] = (gram[i * factors + i] ?? 0) + regularisation
  return gram
}

function addOuter(
  square: Float64Array,
  vectors: Float64Array,
  start: number,
  factors: number,
  weight: number
): void {
  for (let i = 0; i < factors; i++) {
    const value = weight * (vectors[start + i] ?? 0)
    const row = i * factors
    if (value === 0) continue
    for (let j = 0; j <= i; j++) square[row + j] = (square[row + j] ?? 0) + value * (vectors[start + j] ?? 0)
  }
}

/** Every vector times a symmetric matrix of which the lower half is known. */
function timesSymmetric(vectors: Float64Array, lower: Float64Array, factors: number): Float64Array {
  const full = new Float64Array(factors * factors)
  for (let i = 0; i < factors; i++) {
    for (let j = 0; j <= i; j++) full[i * factors + j] = full[j * factors + i] = lower[i * factors + j] ?? 0
  }
  const product = new Float64Array(vectors.length)
  const count = vectors.length / factors
  multiplyRows({ values: vectors, count }, { values: full, count: factors }, product, { length: factors })
  return product
}

function addScaled(into: Float64Array, vectors: Float64Array, start: number, factor: number): void {
  for (let k = 0; k < into.length; k++) into[k] = (into[k] ?? 0) + factor * (vectors[start + k] ?? 0)
}
