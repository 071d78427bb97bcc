import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCatalogue } from '../../../embedded/shops/music/editions.ts'
import type { ScoredIndexes } from '../../../models/contracts/served.ts'
import {
  createContentIndex,
  documentOf,
  fitContent,
  type ContentDocument
} from '../../../models/recommend/content.ts'
import { neighboursOf } from '../../../models/recommend/neighbours.ts'
import { tokensOf } from '../../../models/recommend/tokens.ts'

const SEED = 4
const anyWord = fc.constantFrom('red', 'blue', 'heart', 'holder', 'cake', 'tin', 'party', 'lunch')
const anyDocument: fc.Arbitrary<ContentDocument> = fc.record({
  title: fc.array(anyWord, { maxLength: 5 }).map((words) => words.join(' ')),
  attributes: fc.dictionary(fc.constantFrom('artist', 'genre'), anyWord, { maxKeys: 2 })
})

/** How often each term counts, written out: words of the title, of an attribute, and the attribute as a whole. */
function countsOf({ title, attributes }: ContentDocument): Map<string, number> {
  const counts = new Map<string, number>()
  const count = (term: string, by: number) => counts.set(term, (counts.get(term) ?? 0) + by)
  for (const word of title.split(' ').filter(Boolean)) count(word, 1)
  for (const [name, value] of Object.entries(attributes)) {
    count(value, 0.5)
    count(`${name}=${value}`, name === 'artist' ? 6 : 1)
  }
  return counts
}

/** Dense cosine of the same weights; N and df are those of the first `fitted` documents. */
function slowCosine(documents: readonly ContentDocument[], fitted = documents.length) {
  const bags = documents.map(countsOf)
  const terms = [...new Set(bags.flatMap((bag) => [...bag.keys()]))]
  const vectors = bags.map((bag) => {
    const raw = terms.map((term) => {
      const count = bag.get(term) ?? 0
      const found = bags.slice(0, fitted).filter((other) => other.has(term)).length || 1
      return (count > 1 ? 1 + Math.log(count) : count) * Math.log(1 + Math.max(1, fitted) / found)
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

describe('a document that came after the fit', () => {
  const anyDocuments = fc.array(anyDocument, { maxLength: 8 })

  it('is compared by what the fit counted, whether it is only asked about or added', () => {
    fc.assert(
      fc.property(anyDocuments, fc.array(anyDocument, { minLength: 1, maxLength: 4 }), (fitted, late) => {
        const index = createContentIndex(fitted)
        const all = [...fitted, ...late]
        const slow = slowCosine(all, fitted.length)
        const before = index.neighboursOf(late[0] ?? { title: '', attributes: {} }, all.length)
        const numbers = late.map((document) => index.add(document))
        expect(numbers).toEqual(late.map((_, at) => fitted.length + at))
        const expectList = ({ indexes, scores }: ScoredIndexes, i: number, others: readonly number[]) => {
          const expected = others.filter((j) => j !== i && slow(i, j) > 1e-9)
          expect([...indexes].toSorted((a, b) => a - b)).toEqual(expected)
          indexes.forEach((j, at) => expect(scores[at]).toBeCloseTo(slow(i, j), 5))
        }
        expectList(
          before,
          fitted.length,
          fitted.map((_, j) => j)
        )
        const everything = all.map((_, j) => j)
        for (const i of everything) expectList(index.neighboursAt(i, all.length), i, everything)
      }),
      { seed: SEED }
    )
  })

  it('is found by others as soon as it is added', () => {
    const index = createContentIndex([by('Joni Mitchell', 'Blue'), by('John Coltrane', 'Giant Steps')])
    const added = index.add(by('Joni Mitchell', 'Hejira'))
    expect([...index.neighboursAt(0, 5).indexes]).toEqual([added])
    expect([...index.neighboursOf(by('Joni Mitchell', 'Clouds'), 5).indexes]).toEqual([0, added])
  })

  it('cannot make a word so common that asking costs ever more', () => {
    const index = createContentIndex([])
    for (let i = 0; i < 50; i++) index.add({ title: `n${i} reissue`, attributes: {} })
    expect(index.neighboursOf({ title: 'reissue', attributes: {} }, 50).indexes).toHaveLength(0)
    expect(index.neighboursOf({ title: 'n7', attributes: {} }, 50).indexes).toHaveLength(1)
  })
})

const by = (artist: string, title: string, more: Record<string, string> = {}) => ({
  title,
  attributes: { artist, ...more }
})

it('prefers the same artist over a shared word', () => {
  const neighbours = fitContent(
    [by('Joni Mitchell', 'Blue'), by('Joni Mitchell', 'Hejira'), by('John Coltrane', 'Blue Train')],
    { neighboursMax: 5 }
  )
  expect([...neighboursOf(neighbours, 0).indexes]).toEqual([1, 2])
})

it('ranks the other albums of the same artist first, for every album of a music shop', () => {
  const { works } = createCatalogue('content')
  const documents = works.map(({ album, attributes }) => ({ title: album.title, attributes }))
  const neighbours = fitContent(documents, { neighboursMax: 50 })
  works.forEach(({ album, attributes: { series } }, at) => {
    const others = works.filter((other) => other.album.artist === album.artist).length - 1
    const first = neighboursOf(neighbours, at).indexes.slice(0, others)
    expect(first).toHaveLength(others)
    for (const other of first) {
      // One series there has discs of different artists.
      const isNextDisc = series !== undefined && works[other]?.attributes['series'] === series
      if (!isNextDisc) expect(works[other]?.album.artist).toBe(album.artist)
    }
  })
})

describe('attributes', () => {
  const likeness = (a: Record<string, string>, b: Record<string, string>) => {
    const index = createContentIndex([{ title: '', attributes: b }, ...FILLERS])
    const { indexes, scores } = index.neighboursOf({ title: 'one', attributes: a }, 30)
    return scores[indexes.indexOf(0)] ?? 0
  }
  const FILLERS = Array.from({ length: 9 }, (_, i) => ({ title: `filler${i}`, attributes: {} }))

  it.each([
    ['a decade, whichever way the year is written', { year: '1971' }, { release_date: '1979-05-04' }],
    ['a decade by its name', { released: '1980' }, { decade: '1980s' }],
    ['one of several artists', { artist: 'Brian Eno; David Byrne' }, { artists: 'David Byrne' }],
    ['one of several genres', { genre: 'Rock, Folk' }, { genre: 'Folk/Blues' }],
    ['who made one and acts in another', { director: 'Clint Eastwood' }, { cast: 'X Y, Clint Eastwood' }],
    ['a name, however it is written', { 'Record Label': 'Blue Note' }, { 'record label': 'BLUE  NOTE' }],
    ['a format', { format: 'vinyl' }, { format: 'cd;vinyl' }]
  ])('make alike: %s', (_, a, b) => {
    expect(likeness(a, b)).toBeGreaterThan(0)
  })

  it.each([
    ['years of different decades', { year: '1969' }, { year: '1970' }],
    ['how many tracks there are', { tracks: '12' }, { tracks: '12' }],
    ['a barcode', { EAN: '5099902988320' }, { ean: '5099902988320' }],
    ['a part of a name with a comma', { artist: 'Earth, Wind & Fire' }, { series: 'Crosby, Stills' }]
  ])('do not make alike: %s', (_, a, b) => {
    expect(likeness(a, b)).toBe(0)
  })

  it('weigh by what they are: a series over an artist, an artist over a genre, a genre over a format', () => {
    const one = { series: 's', artist: 'a', genre: 'g', format: 'f' }
    const [series = 0, artist = 0, genre = 0, format = 0] = Object.entries(one).map(([name, value]) =>
      likeness(one, { [name]: value, other: `of ${name}` })
    )
    expect(series).toBeGreaterThan(artist)
    expect(artist).toBeGreaterThan(genre)
    expect(genre).toBeGreaterThan(format)
  })
})

it('a product is a document with its format', () => {
  expect(documentOf({ title: 't', format: 'cd', attributes: { artist: 'a' } })).toEqual({
    title: 't',
    attributes: { artist: 'a', format: 'cd' }
  })
  expect(documentOf({ title: 't', format: null, attributes: {} })).toEqual({ title: 't', attributes: {} })
})

it('takes a document of more words than a call takes arguments', () => {
  const attributes = { notes: Array.from({ length: 200_000 }, (_, i) => `word${i}`).join(' ') }
  expect(createContentIndex([{ title: 'long', attributes }]).neighboursAt(0, 5).indexes).toHaveLength(0)
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

it('folds half-width Kana, and leaves simplified and traditional characters as they are', () => {
  expect(tokensOf('ｶﾞﾗｽ')).toEqual(tokensOf('ガラス'))
  expect(tokensOf('周杰倫')).toEqual(['周杰', '杰倫'])
  expect(tokensOf('周杰伦')).toEqual(['周杰', '杰伦'])
})

it('ends a run where the script changes', () => {
  expect(tokensOf('F4流星花園第2集')).toEqual(['f4', '流星', '星花', '花園', '園第', '2', '集'])
  expect(tokensOf('方大同Soulboy')).toEqual(['方大', '大同', 'soulboy'])
})
