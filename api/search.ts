import { setImmediate as yieldToRequests } from 'node:timers/promises'
import type { ServedProduct } from '../models/contracts/served.ts'
import { tokenise } from './tokens.ts'

/** Which products a token is in and how much it says there; tokens sorted, so a prefix is a range. */
export type SearchIndex = {
  product_ids: readonly string[]
  /** What was indexed of each product: while that is the same, the index is too. */
  texts: ReadonlyMap<string, string>
  tokens: readonly string[]
  postings: ReadonlyMap<string, { documents: Uint32Array; weights: Float32Array }>
}

export const emptySearchIndex: SearchIndex = {
  product_ids: [],
  texts: new Map(),
  tokens: [],
  postings: new Map()
}

const TITLE_WEIGHT = 3
const ID_WEIGHT = 4
const ATTRIBUTE_WEIGHT = 1.5
/** Of BM25: how soon more of the same token stops to matter. */
const SATURATION = 1.2
/** A prefix counts for less than the whole token, and a guess at a misspelling for less still. */
const PREFIX_WEIGHT = 0.6
const MISSPELT_WEIGHT = 0.3
const EXPANSIONS_MAX = 100
const CHUNK_PRODUCTS = 100

/** Stock and prices change by the minute, titles seldom: the index before is kept while it is right. Gives way to requests. */
export async function buildSearchIndex(
  products: readonly ServedProduct[],
  before: SearchIndex
): Promise<SearchIndex> {
  const texts = new Map(products.map((product) => [product.product_id, textOf(product)]))
  if (isSame(texts, before.texts)) return before
  const lists = new Map<string, { documents: number[]; weights: number[] }>()
  for (const [document, product] of products.entries()) {
    if (document % CHUNK_PRODUCTS === CHUNK_PRODUCTS - 1) await yieldToRequests()
    for (const [token, weight] of weighTokens(product)) {
      let list = lists.get(token)
      if (!list) lists.set(token, (list = { documents: [], weights: [] }))
      list.documents.push(document)
      list.weights.push(weight)
    }
  }
  const postings = new Map(
    [...lists].map(([token, list]) => [
      token,
      { documents: Uint32Array.from(list.documents), weights: Float32Array.from(list.weights) }
    ])
  )
  const product_ids = products.map((product) => product.product_id)
  return { product_ids, texts, tokens: [...postings.keys()].toSorted(), postings }
}

const textOf = ({ work_id, title, format, attributes }: ServedProduct) =>
  JSON.stringify([work_id, title, format, attributes])

function isSame(texts: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): boolean {
  if (texts.size !== before.size) return false
  for (const [product_id, text] of texts) if (before.get(product_id) !== text) return false
  return true
}

/** Products with the most words, best first, among equals what sells most; `total` counts them before the limit. */
export function searchProducts(
  { index, byId }: { index: SearchIndex; byId: ReadonlyMap<string, ServedProduct> },
  query: string,
  page: { limit: number; offset: number }
): { products: ServedProduct[]; total: number } {
  const id = query.trim().toLowerCase()
  const words = index.postings.has(id) ? [id] : [...new Set(tokenise(query))]
  const scores = new Map<number, { words: number; score: number }>()
  for (const [place, word] of words.entries()) {
    for (const [document, score] of scoreWord(index, word, place === words.length - 1)) {
      const sum = scores.get(document)
      if (sum) {
        sum.words++
        sum.score += score
      } else scores.set(document, { words: 1, score })
    }
  }
  const wordsMax = Math.max(0, ...Array.from(scores.values(), (sum) => sum.words))
  const found = [...scores].flatMap(([document, sum]) => {
    const product = sum.words === wordsMax ? byId.get(index.product_ids[document] ?? '') : undefined
    return product ? [{ product, score: sum.score }] : []
  })
  found.sort(
    (a, b) =>
      b.score - a.score ||
      b.product.recent_units - a.product.recent_units ||
      (a.product.product_id < b.product.product_id ? -1 : 1)
  )
  const products = found.slice(page.offset, page.offset + page.limit).map(({ product }) => product)
  return { products, total: found.length }
}

function weighTokens(product: ServedProduct): Map<string, number> {
  const weights = new Map<string, number>()
  const add = (text: string, weight: number) => {
    for (const token of tokenise(text)) weights.set(token, (weights.get(token) ?? 0) + weight)
  }
  add(product.title, TITLE_WEIGHT)
  if (product.format) add(product.format, ATTRIBUTE_WEIGHT)
  for (const value of Object.values(product.attributes)) add(value, ATTRIBUTE_WEIGHT)
  for (const id of new Set([product.product_id, product.work_id])) {
    for (const token of [id.toLowerCase(), ...tokenise(id)]) weights.set(token, ID_WEIGHT)
  }
  return weights
}

/** Best score of the word in each product, over the tokens that it may stand for. */
function scoreWord(index: SearchIndex, word: string, isLast: boolean): Map<number, number> {
  const meanings = [{ token: word, weight: 1 }]
  if (isLast) {
    for (const token of tokensWithPrefix(index.tokens, word)) meanings.push({ token, weight: PREFIX_WEIGHT })
  }
  if (!meanings.some(({ token }) => index.postings.has(token))) {
    for (const token of tokensOneEditAway(index.tokens, word))
      meanings.push({ token, weight: MISSPELT_WEIGHT })
  }
  // One rarity for all meanings: a token that the word only begins must not win by being rarer than the word.
  const documentsMax = Math.max(
    1,
    ...meanings.map(({ token }) => index.postings.get(token)?.documents.length ?? 0)
  )
  const rarity = Math.log(1 + index.product_ids.length / documentsMax)
  const best = new Map<number, number>()
  for (const { token, weight } of meanings) {
    const posting = index.postings.get(token)
    if (!posting) continue
    for (const [i, document] of posting.documents.entries()) {
      const frequency = posting.weights[i] ?? 0
      const score = (weight * rarity * frequency) / (frequency + SATURATION)
      if (score > (best.get(document) ?? 0)) best.set(document, score)
    }
  }
  return best
}

function tokensWithPrefix(tokens: readonly string[], prefix: string): string[] {
  let low = 0
  let high = tokens.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((tokens[middle] ?? '') < prefix) low = middle + 1
    else high = middle
  }
  const found: string[] = []
  for (let i = low; i < tokens.length && found.length < EXPANSIONS_MAX; i++) {
    const token = tokens[i] ?? ''
    if (!token.startsWith(prefix)) break
    if (token !== prefix) found.push(token)
  }
  return found
}

/** Only for words long enough that one letter is likely a slip. */
function tokensOneEditAway(tokens: readonly string[], word: string): string[] {
  if (word.length < 4) return []
  const found: string[] = []
  for (const token of tokens) {
    if (found.length === EXPANSIONS_MAX) break
    if (Math.abs(token.length - word.length) <= 1 && isOneEditAway(token, word)) found.push(token)
  }
  return found
}

/** One letter added, left out, changed, or swapped with its neighbour. */
function isOneEditAway(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const left = a.slice(start, endA)
  const right = b.slice(start, endB)
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}
