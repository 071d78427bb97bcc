import { createLottery, type Dice } from './dice.ts'
import type { Catalogue, Edition, Format, Work } from './editions.ts'

/** What somebody likes; purchases follow it, so that there is something to find. */
export type Taste = { artists: readonly string[]; genres: readonly string[]; format: Format }

export type Shopper = {
  customer_id: string
  country: string
  taste: Taste
  tier: 'bronze' | 'silver' | 'gold' | undefined
  /** Pence spent, refunds taken off. */
  spent: number
  /** By work, whether they rated it. */
  owned: Map<Work, boolean>
  /** Visits, orders and rentals under way: nobody is forgotten in the middle of one. */
  busy: number
}

export type People = {
  shoppers: readonly Shopper[]
  createTaste(): Taste
  drawCountry(): string
  /** Undefined when the shop has as many customers as it may have and all of them are busy. */
  recruit(): Shopper | undefined
  forget(shopper: Shopper): void
}

const COUNTRIES = createLottery([
  ['United Kingdom', 70],
  ['Ireland', 6],
  ['Germany', 6],
  ['France', 5],
  ['Netherlands', 4],
  ['United States', 5],
  ['Brazil', 4]
] as const)
const FORMAT_LOVERS = createLottery<Format>([
  ['cd', 55],
  ['vinyl', 33],
  ['blu-ray', 7],
  ['dvd', 5]
])
/** How the next work is found, in this order; the rest is what sells. */
const FOLLOW = { sameArtist: 0.28, artist: 0.34, genre: 0.28 }

export function createPeople(world: {
  dice: Dice
  catalogue: Catalogue
  settings: { shoppers: number }
  nextId(prefix: string): string
}): People {
  const { dice, catalogue } = world
  const shoppers: Shopper[] = []
  const createTaste = (): Taste => {
    const genres = [catalogue.genres.draw(dice), catalogue.genres.draw(dice)]
    const artists = Array.from({ length: dice.between(3, 6) }, () =>
      drawFrom(catalogue.byGenre, dice.pick(genres), catalogue).draw(dice)
    ).map((work) => work.album.artist)
    return { genres, artists, format: FORMAT_LOVERS.draw(dice) }
  }
  const drawCountry = () => COUNTRIES.draw(dice)
  const forget = (shopper: Shopper) => {
    const at = shoppers.indexOf(shopper)
    const last = shoppers.pop()
    if (last && last !== shopper && at >= 0) shoppers[at] = last
  }
  return {
    shoppers,
    createTaste,
    drawCountry,
    forget,
    recruit() {
      // A full shop loses somebody who just stays away.
      if (shoppers.length >= world.settings.shoppers) {
        const gone = shoppers.find((shopper) => shopper.busy === 0)
        if (!gone) return undefined
        forget(gone)
      }
      const shopper: Shopper = {
        customer_id: world.nextId('m-'),
        country: drawCountry(),
        taste: createTaste(),
        tier: undefined,
        spent: 0,
        owned: new Map(),
        busy: 0
      }
      shoppers.push(shopper)
      return shopper
    }
  }
}

/** The next work that somebody with this taste looks at, often by the artist of the one before. */
export function findWork(
  taste: Taste,
  { dice, catalogue }: { dice: Dice; catalogue: Catalogue },
  before?: Work
): Work {
  const roll = dice.roll()
  if (before && roll < FOLLOW.sameArtist)
    return drawFrom(catalogue.byArtist, before.album.artist, catalogue).draw(dice)
  if (roll < FOLLOW.sameArtist + FOLLOW.artist)
    return drawFrom(catalogue.byArtist, dice.pick(taste.artists), catalogue).draw(dice)
  if (roll < FOLLOW.sameArtist + FOLLOW.artist + FOLLOW.genre)
    return drawFrom(catalogue.byGenre, dice.pick(taste.genres), catalogue).draw(dice)
  return catalogue.any.draw(dice)
}

/** The edition in the format that they like, if it is sold; undefined when none is. */
export function findEdition(work: Work, taste: Taste, dice: Dice): Edition | undefined {
  const sold = work.editions.filter((edition) => edition.state === 'sold')
  if (sold.length === 0) return undefined
  const liked = sold.find((edition) => edition.format === taste.format)
  return liked && dice.chance(0.75) ? liked : dice.pick(sold)
}

const drawFrom = (lotteries: Catalogue['byGenre'], name: string, catalogue: Catalogue) =>
  lotteries.get(name) ?? catalogue.any
