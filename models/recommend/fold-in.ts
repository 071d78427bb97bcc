import { factorise, invertFactorised, solveFactorised } from './cholesky.ts'

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
  let small = new Float64Array(0)
  const large = new Float64Array(factors * factors)
  return (indexes, values, into) => {
    if (indexes.length > factors) {
      foldLong(vectors, { indexes, values, into, large, gram, factors, alpha })
      return
    }
    const n = indexes.length
    if (small.length < n * n) small = new Float64Array(n * n)
    const roots = Float64Array.from(values, (value) => Math.sqrt(alpha * value))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const product = dot(
          vectors,
          (indexes[i] ?? 0) * factors,
          solved,
          (indexes[j] ?? 0) * factors,
          factors
        )
        small[i * n + j] = (i === j ? 1 : 0) + (roots[i] ?? 0) * (roots[j] ?? 0) * product
      }
    }
    const right = roots.map((root) => (root > 0 ? (1 + root * root) / root : 0))
    if (!factorise(small, n)) throw new Error('the equations of a history are not positive definite')
    solveFactorised(small, n, right)
    into.fill(0)
    for (let i = 0; i < n; i++)
      addScaled(into, solved, (indexes[i] ?? 0) * factors, (right[i] ?? 0) * (roots[i] ?? 0))
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
  for (let start = 0; start < vectors.length; start += factors) {
    for (let i = 0; i < factors; i++) product[start + i] = dot(vectors, start, full, i * factors, factors)
  }
  return product
}

function addScaled(into: Float64Array, vectors: Float64Array, start: number, factor: number): void {
  for (let k = 0; k < into.length; k++) into[k] = (into[k] ?? 0) + factor * (vectors[start + k] ?? 0)
}

/** Four sums at once: a single one would wait for each addition before the next. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number
): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let k = 0
  for (; k + 4 <= length; k += 4) {
    s0 += (a[aStart + k] ?? 0) * (b[bStart + k] ?? 0)
    s1 += (a[aStart + k + 1] ?? 0) * (b[bStart + k + 1] ?? 0)
    s2 += (a[aStart + k + 2] ?? 0) * (b[bStart + k + 2] ?? 0)
    s3 += (a[aStart + k + 3] ?? 0) * (b[bStart + k + 3] ?? 0)
  }
  for (; k < length; k++) s0 += (a[aStart + k] ?? 0) * (b[bStart + k] ?? 0)
  return s0 + s1 + (s2 + s3)
}
