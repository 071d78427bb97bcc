import type { Process } from './agenda.ts'
import type { Edition } from './editions.ts'
import { pounds } from './prices.ts'
import { unitsToHold } from './stock-room.ts'
import { CURRENCY, DAY_MS, type World } from './world.ts'

/** Everything about an edition that is not Chinook's. */
const INVENTED = ['format', 'price', 'unit_cost', 'lead_time_days']
const PRICE_DAYS = 0.16
const OFFER_DAYS = 0.4
const RELEASE_DAYS = 1.5

/** A product as it is now. */
export function describeProduct({ emit }: World, edition: Edition): void {
  const { product_id, work, format, price, unit_cost, lead_time_days } = edition
  emit('product_upserted', {
    product_id,
    work_id: work.work_id,
    title: work.album.title,
    format,
    attributes: work.attributes,
    price: pounds(price),
    currency: CURRENCY,
    unit_cost: pounds(unit_cost),
    lead_time_days,
    simulated: INVENTED
  })
}

export function* changePrices(world: World): Process {
  const { dice, emit } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(PRICE_DAYS))
    const edition = pickSold(world)
    if (!edition) continue
    const step = dice.between(1, 3) * 100 * (dice.chance(0.5) ? 1 : -1)
    // Never below what it costs.
    const price = edition.price + step
    if (price < edition.unit_cost * 1.2 || price > edition.unit_cost * 2.6) continue
    edition.price = price
    emit('price_changed', { product_id: edition.product_id, price: pounds(price), currency: CURRENCY })
  }
}

export function* scheduleOffers(world: World): Process {
  const { dice, emit, agenda, timeAfter } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(OFFER_DAYS))
    const edition = pickSold(world)
    if (!edition || (edition.offer && edition.offer.endsMs > agenda.nowMs())) continue
    const price = Math.max(edition.unit_cost, Math.round(edition.price * dice.pick([0.7, 0.8, 0.85])))
    const [from, to] = [DAY_MS, DAY_MS * (1 + dice.between(2, 10))]
    edition.offer = { price, startsMs: agenda.nowMs() + from, endsMs: agenda.nowMs() + to }
    emit('promotion_scheduled', {
      product_id: edition.product_id,
      promotion_id: world.nextId('offer-'),
      price: pounds(price),
      currency: CURRENCY,
      starts_at: timeAfter(from),
      ends_at: timeAfter(to)
    })
  }
}

/** Editions come and go; a work keeps at least one. What went may be issued again, and its ledger goes on then. */
export function* release(world: World): Process {
  const { dice, emit, catalogue, stock } = world
  for (;;) {
    yield world.pacedMs(RELEASE_DAYS) * (0.5 + dice.roll())
    const waiting = catalogue.editions.filter((edition) => edition.state !== 'sold')
    if (waiting.length > 0) introduce(world, dice.pick(waiting))
    const leaving = catalogue.editions.filter(
      (edition) =>
        edition.state === 'sold' &&
        stock.level(edition).reserved === 0 &&
        edition.work.editions.filter((one) => one.state === 'sold').length > 1
    )
    if (leaving.length === 0 || dice.chance(0.5)) continue
    const edition = dice.pick(leaving)
    edition.state = 'retired'
    emit('product_retired', { product_id: edition.product_id })
  }
}

/** Puts an edition on sale; its first stock is counted, later it is ordered like any other. */
export function introduce(world: World, edition: Edition): void {
  edition.state = 'sold'
  describeProduct(world, edition)
  if (!world.stock.isCounted(edition))
    world.stock.initialise(edition, unitsToHold(edition, world, world.dice.roll()))
}

/** Undefined when chance found one that is not sold. */
function pickSold({ dice, catalogue }: World): Edition | undefined {
  const edition = dice.pick(catalogue.editions)
  return edition.state === 'sold' ? edition : undefined
}
