import type { ScoredIndexes } from '../contracts/served.ts'
import { termsOf, type ContentDocument } from './content-terms.ts'
import { joinLists, type Neighbours } from './neighbours.ts'
import { topK } from './top-k.ts'

export { documentOf, type ContentDocument } from './content-terms.ts'
export type ContentOptions = {
  /** A term in more documents than this share says nothing, and would cost the most. */
  documentShareMax?: number
}

const DOCUMENT_SHARE_MAX = 0.2
/** Below this many documents every term counts: a share of a handful is noise. */
const COMMON_FROM = 20

export type ContentIndex = {
  /** The documents that are most like one that need not be in the index. */
  neighboursOf(document: ContentDocument, k: number): ScoredIndexes
  /** The same of a document in the index, which is not its own neighbour. */
  neighboursAt(document: number, k: number): ScoredIndexes
  /** Adds a document and returns its number. */
  add(document: ContentDocument): number
}

/** `weights` are divided by their norm. */
type Vector = { terms: Uint32Array; weights: Float64Array }
type Posting = { documents: number[]; weights: number[] }

/**
 * Cosine of TF-IDF vectors: weight of a term (1 + ln tf) ln(1 + N / df), divided by the document's norm (Manning, Raghavan,
 * Schütze, Introduction to Information Retrieval, 6.4); tf is the weighted sum over fields, before it saturates (Robertson,
 * Zaragoza, Taylor 2004), and stands as it is below 1. Found by an inverted index. N and df are those of the documents given
 * here, so that adding one moves no other: a term that they do not have counts as found once.
 *
 * Time to ask or add: the document's terms, each times its documents, which `documentShareMax` bounds.
 */
export function createContentIndex(
  documents: readonly ContentDocument[],
  { documentShareMax = DOCUMENT_SHARE_MAX }: ContentOptions = {}
): ContentIndex {
  const given = documents.map(termsOf)
  const found = new Map<string, number>()
  for (const terms of given) for (const term of terms.keys()) found.set(term, (found.get(term) ?? 0) + 1)
  const documentCount = Math.max(1, documents.length)
  const mostOf = (count: number) => Math.max(COMMON_FROM, documentShareMax * count)
  const isCommon = (term: string) => (found.get(term) ?? 0) > mostOf(documents.length)
  const idfOf = (term: string) => Math.log(1 + documentCount / (found.get(term) ?? 1))

  const ids = new Map<string, number>()
  const postings: Posting[] = []
  const vectors: Vector[] = []
  const sums = createSums()

  /** A term that no document has still belongs to the norm: a long title is less alike. */
  function vectorOf(terms: ReadonlyMap<string, number>, numberOf: (term: string) => number): Vector {
    const kept = [...terms].filter(([term]) => !isCommon(term))
    const weights = Float64Array.from(kept, ([term, count]) => saturated(count) * idfOf(term))
    const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1
    return {
      terms: Uint32Array.from(kept, ([term]) => numberOf(term)),
      weights: weights.map((weight) => weight / norm)
    }
  }

  function addTerms(terms: ReadonlyMap<string, number>): number {
    const vector = vectorOf(terms, (term) => {
      const id = ids.get(term) ?? ids.size
      ids.set(term, id)
      return id
    })
    const document = vectors.push(vector) - 1
    vector.terms.forEach((term, at) => {
      const posting = (postings[term] ??= { documents: [], weights: [] })
      posting.documents.push(document)
      posting.weights.push(vector.weights[at] ?? 0)
    })
    return document
  }

  function nearest({ terms, weights }: Vector, k: number, self: number): ScoredIndexes {
    const most = mostOf(vectors.length)
    sums.begin(vectors.length)
    terms.forEach((term, at) => {
      const posting = postings[term]
      // Common by now, as it was not when the index was made.
      if (!posting || posting.documents.length > most) return
      sums.addAll(posting, weights[at] ?? 0)
    })
    return sums.best(k, self)
  }

  for (const terms of given) addTerms(terms)
  const NO_TERM = 0xffff_ffff
  return {
    neighboursOf: (document, k) =>
      nearest(
        vectorOf(termsOf(document), (term) => ids.get(term) ?? NO_TERM),
        k,
        -1
      ),
    neighboursAt(document, k) {
      const vector = vectors[document]
      return vector ? nearest(vector, k, document) : topK([], 0)
    },
    add: (document) => addTerms(termsOf(document))
  }
}

/** The neighbours of every document. Time: the sum over terms of their documents squared. */
export function fitContent(
  documents: readonly ContentDocument[],
  { neighboursMax, ...options }: ContentOptions & { neighboursMax: number }
): Neighbours {
  const index = createContentIndex(documents, options)
  return joinLists(documents.map((_, document) => index.neighboursAt(document, neighboursMax)))
}

/** Has no jump: a field that weighs little counts for less than one mention. */
const saturated = (count: number) => (count > 1 ? 1 + Math.log(count) : count)

/** A row of sums by document that costs no more to clear than to fill. */
function createSums() {
  let sums = new Float64Array(0)
  let touched = new Uint32Array(0)
  let scores = new Float64Array(0)
  let count = 0
  return {
    begin(documentCount: number): void {
      if (documentCount > sums.length) {
        sums = new Float64Array(2 * documentCount)
        touched = new Uint32Array(2 * documentCount)
        scores = new Float64Array(2 * documentCount)
      } else for (let at = 0; at < count; at++) sums[touched[at] ?? 0] = 0
      count = 0
    },
    addAll({ documents, weights }: Posting, weight: number): void {
      for (let at = 0; at < documents.length; at++) {
        const document = documents[at] ?? 0
        const before = sums[document] ?? 0
        if (before === 0) touched[count++] = document
        sums[document] = before + weight * (weights[at] ?? 0)
      }
    },
    best(k: number, self: number): ScoredIndexes {
      for (let at = 0; at < count; at++) scores[at] = sums[touched[at] ?? 0] ?? 0
      const ids = touched.subarray(0, count)
      return topK(scores, k, { ids, excluded: (document) => document === self })
    }
  }
}
