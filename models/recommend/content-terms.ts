import { tokensOf } from './tokens.ts'

/** A work: one document, whatever its editions, so that two products of it are never each other's neighbours. */
export type ContentDocument = { title: string; attributes: Readonly<Record<string, string>> }

/** A product as a document of its own, where its work is not at hand; of a work, `format` lists all that it has. */
export const documentOf = (product: {
  title: string
  format?: string | null
  attributes: ContentDocument['attributes']
}): ContentDocument => ({
  title: product.title,
  attributes: product.format ? { ...product.attributes, format: product.format } : product.attributes
})

/** What an attribute says of a work. `whole`: how often its value counts as one term; `words`: and each of its words. */
type AttributeKind = {
  /** Values of all attributes of a kind are alike: who directed one film may act in another. */
  name: string
  attributes: readonly string[]
  whole: number
  words: number
  /** Where a value may be a list. A comma may be part of a name (Earth, Wind & Fire) but not of a genre. */
  separator?: RegExp
}

const NAMES = /[;|\n]|\s\/\s/
const WORDS = /[;|\n,/]/

/**
 * Against 1 for each word of the title. Chosen, not fitted: a series binds most, then who made it, then what kind it is. With 6
 * two rare words in common do not outweigh the same artist, even one with twenty albums.
 */
const KINDS: readonly AttributeKind[] = [
  { name: 'series', attributes: ['series', 'franchise', 'saga'], whole: 9, words: 1, separator: NAMES },
  {
    name: 'maker',
    attributes: [
      'artist',
      'band',
      'performer',
      'composer',
      'conductor',
      'orchestra',
      'director',
      'developer',
      'author',
      'writer'
    ],
    whole: 6,
    words: 0.5,
    separator: NAMES
  },
  { name: 'maker', attributes: ['actor', 'cast', 'starring'], whole: 2, words: 0.25, separator: /[;|\n,]/ },
  {
    name: 'genre',
    attributes: ['genre', 'subgenre', 'category', 'style', 'theme', 'mood'],
    whole: 1,
    words: 0.5,
    separator: WORDS
  },
  {
    name: 'label',
    attributes: ['label', 'publisher', 'studio', 'distributor'],
    whole: 0.7,
    words: 0.2,
    separator: NAMES
  },
  { name: 'format', attributes: ['format', 'platform', 'media'], whole: 0.3, words: 0, separator: WORDS }
]
const DECADE = [
  'decade',
  'year',
  'release_year',
  'release_date',
  'released',
  'released_at',
  'first_released',
  'date'
]
const DECADE_WEIGHT = 0.5
/** Counts and numbers of documents say nothing of what a work is like. */
const SILENT = [
  'track',
  'track_count',
  'episode',
  'disc',
  'duration',
  'runtime',
  'length',
  'weight',
  'ean',
  'gtin',
  'barcode',
  'upc',
  'isbn',
  'isrc',
  'asin',
  'sku',
  'catalogue_number',
  'catalog_number',
  'image',
  'image_url',
  'url'
]
const OTHER = { whole: 1, words: 0.5, separator: NAMES }

const kindOf = new Map(
  KINDS.flatMap((kind) => kind.attributes.map((attribute) => [attribute, kind] as const))
)
const decades = new Set(DECADE)
const silent = new Set(SILENT)
const YEAR = /(?:1[89]|20)\d\d/

/** Terms of a document with how often each counts, which need not be whole. */
export function termsOf({ title, attributes }: ContentDocument): Map<string, number> {
  const terms = new Map<string, number>()
  const count = (term: string, by: number) => {
    if (by > 0) terms.set(term, (terms.get(term) ?? 0) + by)
  }
  for (const token of tokensOf(title)) count(token, 1)
  for (const [given, value] of Object.entries(attributes)) {
    const attribute = spelt(given)
    if (silent.has(attribute)) continue
    if (decades.has(attribute)) {
      const year = YEAR.exec(value.normalize('NFKC'))?.[0]
      if (year !== undefined) count(`decade=${year.slice(0, 3)}0`, DECADE_WEIGHT)
      continue
    }
    const { whole, words, separator } = kindOf.get(attribute) ?? OTHER
    const name = kindOf.get(attribute)?.name ?? attribute
    for (const token of tokensOf(value)) count(token, words)
    for (const part of partsOf(value, separator ?? NAMES)) count(`${name}=${part}`, whole)
  }
  return terms
}

/** The values of a list, each once; and all of it as one value too, for what looks like a list may be a name. */
function partsOf(value: string, separator: RegExp): Set<string> {
  const parts = [value, ...value.split(separator)].map((part) => tokensOf(part).join(' '))
  return new Set(parts.filter((part) => part !== ''))
}

/** `Release Date` and `artists` are `release_date` and `artist`. */
function spelt(given: string): string {
  const name = given.toLowerCase().replaceAll(/[\s-]+/g, '_')
  const one = name.replace(/s$/, '')
  return kindOf.has(one) || silent.has(one) ? one : name
}
