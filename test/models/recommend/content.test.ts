import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitContent, type ContentDocument } from '../../../models/recommend/content.ts'
import { neighboursOf } from '../../../models/recommend/neighbours.ts'
import { tokensOf } from '../../../models/recommend/tokens.ts'

const SEED = 4
const anyWord = fc.constantFrom('red', 'blue', 'heart', 'holder', 'cake', 'tin', 'party', 'lunch')
const anyDocument: fc.Arbitrary<ContentDocument> = fc.record({
  title: fc.array(anyWord, { maxLength: 5 }).map((words) => words.join(' ')),
  attributes: fc.dictionary(fc.constantFrom('artist', 'genre'), anyWord, { maxKeys: 2 })
})

/** Dense cosine of the same weights. */
function slowCosine(documents: readonly ContentDocument[]) {
  const bags = documents.map(({ title, attributes }) => [
    ...title.split(' ').filter(Boolean),
    ...Object.entries(attributes).flatMap(([name, value]) => [value, `${name}=${value}`])
  ])
  const terms = [...new Set(bags.flat())]
  const vectors = bags.map((bag) => {
    const raw = terms.map((term) => {
      const count = bag.filter((word) => word === term).length
      const found = bags.filter((other) => other.includes(term)).length
      return count === 0 ? 0 : (1 + Math.log(count)) * Math.log(1 + documents.length / found)
    })
    const norm = Math.hypot(...raw)
    return raw.map((value) => (norm > 0 ? value / norm : 0))
  })
  return (i: number, j: number) =>
    (vectors[i] ?? []).reduce((sum, value, at) => sum + value * (vectors[j]?.[at] ?? 0), 0)
}

it('equals the cosine of TF-IDF vectors', () => {
  fc.assert(
    fc.property(fc.array(anyDocument, { maxLength: 12 }), (documents) => {
      const slow = slowCosine(documents)
      const neighbours = fitContent(documents, { neighboursMax: documents.length })
      documents.forEach((_, i) => {
        const { indexes, scores } = neighboursOf(neighbours, i)
        const expected = documents.keys().filter((j) => j !== i && slow(i, j) > 0)
        expect([...indexes].toSorted((a, b) => a - b)).toEqual([...expected])
        indexes.forEach((j, at) => expect(scores[at]).toBeCloseTo(slow(i, j), 5))
      })
    }),
    { seed: SEED }
  )
})

it('prefers the same artist over a shared word', () => {
  const document = (title: string, artist: string) => ({ title, attributes: { artist } })
  const neighbours = fitContent(
    [
      document('Blue', 'Joni Mitchell'),
      document('Hejira', 'Joni Mitchell'),
      document('Blue Train', 'John Coltrane')
    ],
    { neighboursMax: 5 }
  )
  expect([...neighboursOf(neighbours, 0).indexes]).toEqual([1, 2])
})

it('ignores a word that every third title has, and bounds the lists', () => {
  const documents = Array.from({ length: 90 }, (_, i) => ({
    title: i % 3 ? `n${i}` : `n${i} set`,
    attributes: {}
  }))
  expect(fitContent(documents, { neighboursMax: 5 }).indexes).toHaveLength(0)
  expect(fitContent(documents, { neighboursMax: 5, documentShareMax: 0.5 }).indexes).toHaveLength(150)
})

it('cuts words at anything but letters and digits, and forgets case and accents', () => {
  expect(tokensOf('Sigur Rós: Ágætis byrjun (CD-2)')).toEqual(['sigur', 'ros', 'agætis', 'byrjun', 'cd', '2'])
})

it('cuts Han, Kana and Hangul runs into pairs', () => {
  expect(tokensOf('千と千尋 DVD')).toEqual(['千と', 'と千', '千尋', 'dvd'])
  expect(tokensOf('기생충')).toEqual(['기생', '생충'])
  expect(tokensOf('ガラス')).toEqual(['ガラ', 'ラス'])
  expect(tokensOf('花')).toEqual(['花'])
})

it('folds full-width letters', () => {
  expect(tokensOf('ＡＢＣ')).toEqual(['abc'])
})
