import { isLive, readAlbums, seriesOf, type Album } from './albums.ts'
import { createDice, createLottery, type Dice, type Lottery } from './dice.ts'

export const FORMATS = ['cd', 'vinyl', 'dvd', 'blu-ray'] as const
export type Format = (typeof FORMATS)[number]

/** An album or season: what shoppers like. */
export type Work = {
  work_id: string
  album: Album
  attributes: Record<string, string>
  editions: Edition[]
  weight: number
}

/** A product: a work in one format. Money is in whole pence. */
export type Edition = {
  product_id: string
  work: Work
  format: Format
  price: number
  unit_cost: number
  lead_time_days: number
  supplier_id: string
  /** Its part of all that is sold, as expected. */
  share: number
  state: 'coming' | 'sold' | 'retired'
  offer?: { price: number; startsMs: number; endsMs: number }
}

export type Catalogue = {
  works: readonly Work[]
  editions: readonly Edition[]
  any: Lottery<Work>
  byGenre: ReadonlyMap<string, Lottery<Work>>
  byArtist: ReadonlyMap<string, Lottery<Work>>
  genres: Lottery<string>
}

export const SUPPLIERS = [
  { supplier_id: 'sup-north', title: 'North Sea Records', lead_time_days: 4 },
  { supplier_id: 'sup-groove', title: 'Groove Pressing Works', lead_time_days: 18 },
  { supplier_id: 'sup-screen', title: 'Screen and Disc', lead_time_days: 6 },
  { supplier_id: 'sup-import', title: 'Atlantic Imports', lead_time_days: 12 }
] as const

const CODES: Record<Format, string> = { cd: 'CD', vinyl: 'LP', dvd: 'DVD', 'blu-ray': 'BD' }
/** From and to, in pounds. */
const PRICES: Record<Format, [number, number]> = {
  cd: [7, 13],
  vinyl: [17, 29],
  dvd: [8, 22],
  'blu-ray': [13, 32]
}
/** How much of a work's sales each format takes. */
const APPEAL: Record<Format, number> = { cd: 1, vinyl: 0.7, dvd: 0.5, 'blu-ray': 0.45 }
const PRESSED_SHARE: Record<string, number> = {
  Rock: 0.6,
  Metal: 0.55,
  Jazz: 0.6,
  Blues: 0.6,
  Classical: 0.2
}
const COMING_SHARE = 0.25

/** Chinook's albums in the formats that this shop invents for them; all of it depends on the seed only. */
export function createCatalogue(seed: string): Catalogue {
  const works = readAlbums().map((album) => createWork(album, createDice(`${seed}:album:${album.album_id}`)))
  const total = works.reduce((sum, work) => sum + work.weight, 0)
  for (const work of works) {
    const appeal = work.editions.reduce((sum, edition) => sum + APPEAL[edition.format], 0)
    for (const edition of work.editions)
      edition.share = ((work.weight / total) * APPEAL[edition.format]) / appeal
  }
  const byGenre = Map.groupBy(works, (work) => work.album.genre)
  return {
    works,
    editions: works.flatMap((work) => work.editions),
    any: drawWorks(works),
    byGenre: new Map([...byGenre].map(([genre, some]) => [genre, drawWorks(some)])),
    byArtist: new Map(
      [...Map.groupBy(works, (work) => work.album.artist)].map(([artist, some]) => [artist, drawWorks(some)])
    ),
    genres: createLottery([...byGenre].map(([genre, some]) => [genre, Math.sqrt(some.length)]))
  }
}

const drawWorks = (works: readonly Work[]) => createLottery(works.map((work) => [work, work.weight] as const))

function createWork(album: Album, dice: Dice): Work {
  const work_id = `A${album.album_id.padStart(3, '0')}`
  const series = seriesOf(album.title)
  const attributes = {
    artist: album.artist,
    genre: album.genre,
    [album.media === 'video' ? 'episodes' : 'tracks']: album.tracks,
    ...(series && { series })
  }
  // A few sell a lot, most a little: the product of three rolls has that shape.
  const weight = 0.02 + dice.roll() * dice.roll() * dice.roll()
  const work: Work = { work_id, album, attributes, editions: [], weight }
  work.editions = formatsOf(album, dice).map((format, i) => createEdition(work, format, i === 0, dice))
  return work
}

function formatsOf(album: Album, dice: Dice): Format[] {
  if (album.media === 'video') return ['dvd', 'blu-ray']
  const formats: Format[] = ['cd']
  if (dice.chance(PRESSED_SHARE[album.genre] ?? 0.35)) formats.push('vinyl')
  if (album.media === 'both' || (isLive(album.title) && dice.chance(0.6))) formats.push('dvd')
  return formats
}

function createEdition(work: Work, format: Format, isFirst: boolean, dice: Dice): Edition {
  const [least, most] = PRICES[format]
  const price = 100 * dice.between(least, most) + 99
  const supplier = SUPPLIERS[format === 'vinyl' ? 1 : format === 'cd' ? (dice.chance(0.2) ? 3 : 0) : 2]
  return {
    product_id: `${work.work_id}-${CODES[format]}`,
    work,
    format,
    price,
    unit_cost: Math.round(price * (0.45 + 0.2 * dice.roll())),
    lead_time_days: supplier.lead_time_days + dice.between(0, 3),
    supplier_id: supplier.supplier_id,
    share: 0,
    state: !isFirst && dice.chance(COMING_SHARE) ? 'coming' : 'sold'
  }
}
