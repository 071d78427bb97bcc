import type { Process } from './agenda.ts'
import { checkOut } from './checkout.ts'
import { discover, type Place } from './discover.ts'
import type { Edition, Work } from './editions.ts'
import { findEdition, findWork } from './people.ts'
import { startRental } from './rental.ts'
import { identify, logIn, type Visitor } from './visitor.ts'
import type { World } from './world.ts'

const GUEST_SHARE = 0.38
const BOT_SHARE = 0.012
/** Of customers, how many are not recognised before they log in. */
const LOGGED_OUT_SHARE = 0.35
const LEAVE_SHARE = 0.13
const PAGES_MAX = 60
const CART_ITEMS_MAX = 8

export function* visit(world: World): Process {
  const visitor = arrive(world)
  const { dice } = world
  if (visitor.shopper) visitor.shopper.busy++
  let before: Work | undefined
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const work = findWork(visitor.taste, world, before)
    const edition = findEdition(work, visitor.taste, dice)
    if (edition) {
      const place = yield* discover(world, visitor, edition)
      yield* lookAt(world, visitor, edition, place)
      before = work
    }
    if (dice.chance(visitor.is_bot ? 0.05 : LEAVE_SHARE)) break
    yield dice.waitMs(visitor.is_bot ? 1_500 : 25_000)
  }
  if (visitor.shopper && dice.chance(0.07)) startRental(world, visitor.shopper)
  if (visitor.cart.size > 0) yield* checkOut(world, visitor)
  if (visitor.shopper) visitor.shopper.busy--
}

function arrive({ dice, people }: World): Visitor {
  const is_bot = dice.chance(BOT_SHARE)
  const isGuest = is_bot || dice.chance(GUEST_SHARE) || people.shoppers.length === 0
  const shopper = isGuest ? undefined : dice.pick(people.shoppers)
  return {
    taste: shopper?.taste ?? people.createTaste(),
    session_id: `s-${dice.hex(12)}`,
    anonymous_id: shopper && !dice.chance(LOGGED_OUT_SHARE) ? undefined : `guest-${dice.hex(12)}`,
    shopper,
    cart: new Map(),
    is_bot
  }
}

function* lookAt(world: World, visitor: Visitor, edition: Edition, place: Place): Process {
  const { dice, emit } = world
  const { product_id, work } = edition
  emit('product_viewed', { ...identify(visitor), product_id, ...place })
  if (visitor.is_bot) return
  yield dice.waitMs(12_000)
  // Some come back to a page, and some compare the editions of a work.
  if (dice.chance(0.3)) {
    const other = dice.pick(work.editions.filter((one) => one.state === 'sold'))
    emit('product_viewed', { ...identify(visitor), product_id: other.product_id })
    yield dice.waitMs(9_000)
  }
  const owns = visitor.shopper?.owned.has(work) ?? false
  if (owns && !visitor.shopper?.owned.get(work) && dice.chance(0.5)) {
    visitor.shopper?.owned.set(work, true)
    const rating = Math.min(5, dice.between(2, 6))
    emit('product_rated', { ...identify(visitor), product_id, rating })
  }
  if (!owns && dice.chance(buyingMood(visitor, work))) putInCart(world, visitor, edition, place)
  else if (!owns && dice.chance(0.035)) {
    if (dice.chance(0.4)) logIn(world, visitor)
    emit('wishlist_added', { ...identify(visitor), product_id, ...place })
  }
}

/** The artists that somebody likes are bought, the others looked at. */
function buyingMood({ taste, shopper, cart }: Visitor, { album }: Work): number {
  const liking = taste.artists.includes(album.artist)
    ? 0.16
    : taste.genres.includes(album.genre)
      ? 0.07
      : 0.025
  // Who has begun goes on: from some sum on the postage is free.
  return liking * (shopper ? 1 : 0.6) * (cart.size > 0 ? 2.2 : 1)
}

function putInCart({ dice, emit, stock }: World, visitor: Visitor, edition: Edition, place: Place): void {
  const { cart } = visitor
  const quantity = dice.chance(0.06) ? 2 : 1
  if (cart.size >= CART_ITEMS_MAX || cart.has(edition) || stock.available(edition) < quantity) return
  cart.set(edition, quantity)
  emit('cart_added', { ...identify(visitor), product_id: edition.product_id, quantity, ...place })
}
