import { FEEDBACK } from '../../../models/contracts/events/behaviour.ts'
import type { Edition } from './editions.ts'
import { findEdition, findWork } from './people.ts'
import { identify, type Visitor } from './visitor.ts'
import type { World } from './world.ts'

/** Where a product was found, as its events say. */
export type Place = { list_id?: string; position?: number; recommendation_id?: string }

const SEARCHED = 0.075
const LISTED = 0.085
const RECOMMENDED = 0.045
const LIST_LENGTH = 8
const CLICKED_SHARE = 0.85

/** How a visitor comes to a product: by searching, from a list, from recommendations, or straight there. */
export function* discover(world: World, visitor: Visitor, edition: Edition): Generator<number, Place, void> {
  const roll = visitor.is_bot ? 1 : world.dice.roll()
  if (roll < SEARCHED) {
    const { query, result_count } = composeQuery(world, edition)
    world.emit('searched', { ...identify(visitor), query, result_count })
    return yield* findInList(world, visitor, edition, 'search')
  }
  if (roll < SEARCHED + LISTED) {
    const genre = `genre-${edition.work.album.genre.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
    return yield* findInList(world, visitor, edition, world.dice.pick([genre, genre, 'charts', 'new']))
  }
  if (roll < SEARCHED + LISTED + RECOMMENDED) return yield* findRecommended(world, visitor, edition)
  return {}
}

/** The artist, or a word of the title, sometimes with a letter missing. */
function composeQuery(
  { dice, catalogue }: World,
  { work }: Edition
): { query: string; result_count: number } {
  const { artist, title } = work.album
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3)
  const isArtist = words.length === 0 || dice.chance(0.6)
  const text = (isArtist ? artist : dice.pick(words)).toLowerCase()
  const slip = dice.between(1, text.length)
  const query = dice.chance(0.06) ? text.slice(0, slip - 1) + text.slice(slip) : text
  const byArtist = catalogue.works.filter((other) => other.album.artist === artist).length
  return { query, result_count: isArtist ? byArtist : 1 }
}

function* findInList(
  world: World,
  visitor: Visitor,
  edition: Edition,
  list_id: string
): Generator<number, Place, void> {
  const { dice, emit } = world
  const product_ids = listAround(world, visitor, edition)
  emit('list_viewed', { ...identify(visitor), list_id, product_ids })
  yield dice.waitMs(10_000)
  const place = { list_id, position: product_ids.indexOf(edition.product_id) }
  if (dice.chance(CLICKED_SHARE))
    emit('product_clicked', { ...identify(visitor), product_id: edition.product_id, ...place })
  return place
}

function* findRecommended(world: World, visitor: Visitor, edition: Edition): Generator<number, Place, void> {
  const { dice, emit } = world
  const recommendation_id = `sim-${dice.hex(16)}`
  const product_ids = listAround(world, visitor, edition)
  const sources = product_ids.map(() => dice.pick(['bought_together', 'similar', 'popular']))
  emit('recommendation_served', {
    ...identify(visitor),
    recommendation_id,
    placement: 'home',
    product_ids,
    sources
  })
  yield dice.waitMs(2_000)
  emit('recommendation_viewed', { ...identify(visitor), recommendation_id, product_ids })
  yield dice.waitMs(8_000)
  if (dice.chance(0.12)) {
    const product_id = dice.pick(product_ids)
    emit('feedback_given', {
      ...identify(visitor),
      product_id,
      feedback: dice.pick(FEEDBACK),
      recommendation_id
    })
  }
  const position = product_ids.indexOf(edition.product_id)
  if (dice.chance(CLICKED_SHARE)) {
    emit('recommendation_clicked', {
      ...identify(visitor),
      product_id: edition.product_id,
      recommendation_id,
      position
    })
  }
  return { recommendation_id, position }
}

/** What a list of the shop would show to this taste, and the product somewhere in it. */
function listAround(world: World, { taste }: Visitor, edition: Edition): string[] {
  const { dice } = world
  const shown = new Set<string>()
  for (let tries = 0; shown.size < LIST_LENGTH - 1 && tries < 2 * LIST_LENGTH; tries++) {
    const other = findEdition(findWork(taste, world, edition.work), taste, dice)
    if (other && other.work !== edition.work) shown.add(other.product_id)
  }
  const product_ids = [...shown]
  product_ids.splice(dice.between(0, product_ids.length), 0, edition.product_id)
  return product_ids
}
