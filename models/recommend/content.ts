import type { ScoredIndexes } from '../contracts/served.ts'
import { joinLists, type Neighbours } from './neighbours.ts'
import { tokensOf } from './tokens.ts'
import { topK } from './top-k.ts'

/** A work: one document, whatever its editions, so that two products of it are never each other's neighbours. */
export type ContentDocument = { title: string; attributes: Readonly<Record<string, string>> }
export type ContentOptions = {
  neighboursMax: number
  /** A token in more documents than this share says nothing, and would cost the most. */
  documentShareMax?: number
}

const DOCUMENT_SHARE_MAX = 0.2
/** Below this many documents every token counts: a share of a handful is noise. */
const COMMON_FROM = 20

type Posting = { documents: number[]; weights: number[] }
type Term = { id: number; weight: number }

/**
 * Cosine of TF-IDF vectors: weight of a token (1 + ln tf) ln(1 + N / df), divided by the document's norm (Manning,
 * Raghavan, Schütze, Introduction to Information Retrieval, 6.4). An attribute's value counts as its words and, once
 * more, as a whole with its name, so that the same artist weighs more than a shared word. Found by an inverted index;
 * time: the sum over tokens of their documents squared, which `documentShareMax` bounds.
 */
export function fitContent(documents: readonly ContentDocument[], options: ContentOptions): Neighbours {
  const { vectors, postings } = indexDocuments(documents, options.documentShareMax ?? DOCUMENT_SHARE_MAX)
  const row = new Float64Array(documents.length)
  const touched = new Uint32Array(documents.length)
  const scores = new Float64Array(documents.length)
  const lists: ScoredIndexes[] = vectors.map((vector, document) => {
    let count = 0
    for (const { id, weight } of vector) {
      const posting = postings[id]
      posting?.documents.forEach((other, at) => {
        const before = row[other] ?? 0
        if (other === document) return
        if (before === 0) touched[count++] = other
        row[other] = before + weight * (posting.weights[at] ?? 0)
      })
    }
    const ids = touched.subarray(0, count)
    ids.forEach((other, at) => {
      scores[at] = row[other] ?? 0
      row[other] = 0
    })
    return topK(scores, options.neighboursMax, { ids })
  })
  return joinLists(lists)
}

function indexDocuments(documents: readonly ContentDocument[], documentShareMax: number) {
  const counts = documents.map(countTerms)
  const documentsOf = new Map<string, number>()
  for (const terms of counts) {
    for (const term of terms.keys()) documentsOf.set(term, (documentsOf.get(term) ?? 0) + 1)
  }
  const documentsMax = Math.max(COMMON_FROM, documentShareMax * documents.length)
  const ids = new Map<string, number>()
  const postings: Posting[] = []
  const vectors = counts.map((terms, document) => {
    const vector: Term[] = []
    for (const [term, count] of terms) {
      const found = documentsOf.get(term) ?? 0
      // Alone in its document a token still belongs to the norm: a long title is less alike.
      if (found > documentsMax) continue
      const id = ids.get(term) ?? ids.size
      ids.set(term, id)
      vector.push({ id, weight: (1 + Math.log(count)) * Math.log(1 + documents.length / found) })
    }
    const norm = Math.hypot(...vector.map(({ weight }) => weight)) || 1
    for (const term of vector) {
      term.weight /= norm
      const posting = (postings[term.id] ??= { documents: [], weights: [] })
      posting.documents.push(document)
      posting.weights.push(term.weight)
    }
    return vector
  })
  return { vectors, postings }
}

function countTerms({ title, attributes }: ContentDocument): Map<string, number> {
  const terms = new Map<string, number>()
  const count = (term: string) => terms.set(term, (terms.get(term) ?? 0) + 1)
  for (const token of tokensOf(title)) count(token)
  for (const [name, value] of Object.entries(attributes)) {
    const tokens = tokensOf(value)
    for (const token of tokens) count(token)
    if (tokens.length > 0) count(`${name}=${tokens.join(' ')}`)
  }
  return terms
}
