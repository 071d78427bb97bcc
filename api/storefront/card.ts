import { cover } from './cover.ts'
import { button, element, routeLink } from './elements.ts'
import type { Page } from './page.ts'
import type { Product, Recommendation } from './shop-api.ts'
import { formatName, money, readable, readableReason, stockState } from './wording.ts'

export type CardProduct = Pick<
  Product,
  | 'product_id'
  | 'work_id'
  | 'title'
  | 'format'
  | 'attributes'
  | 'price'
  | 'currency'
  | 'on_hand'
  | 'simulated'
>

/** Where a card stands, so that a click can be attributed. */
export type Place = { position: number; recommendation_id?: string }

/** A product in a shelf or list: sleeve, title, price, stock, why it is here, and a way into the basket. */
export function card(page: Page, product: CardProduct, place: Place, reason?: Recommendation['reason']) {
  const title = readable(product.title)
  const link = routeLink(`/product/${encodeURIComponent(product.product_id)}`, { class: 'card-link' }, title)
  link.addEventListener('click', () => trackClick(page, product, place))
  const node = element(
    'article',
    { class: 'card', 'data-product': product.product_id },
    sleeve(product),
    element('h3', { class: 'card-title' }, link),
    byline(product),
    reason && element('p', { class: 'reason' }, readableReason(reason.text)),
    element(
      'p',
      { class: 'card-foot' },
      element('span', { class: 'price' }, money(product.price, product.currency)),
      stock(product)
    ),
    button(
      '+',
      { class: 'add', 'aria-label': `Add ${title} to the basket`, title: 'Add to the basket' },
      () => page.addToBasket(product, place)
    )
  )
  return node
}

export function sleeve(product: CardProduct) {
  return element(
    'div',
    { class: 'sleeve' },
    cover(product),
    product.format && element('span', { class: 'format' }, formatName(product.format)),
    element('span', { class: 'catalogue-number', 'aria-hidden': 'true' }, product.product_id)
  )
}

/** By whom it is, where the shop knows. */
export function byline({ attributes }: Pick<CardProduct, 'attributes'>) {
  const artist = attributes['artist']
  return artist === undefined ? null : element('p', { class: 'byline' }, artist)
}

/** Figures that the demo made up say so wherever they are shown. */
export function stock({ on_hand, simulated }: Pick<CardProduct, 'on_hand' | 'simulated'>) {
  const { text, level } = stockState(on_hand)
  return element(
    'span',
    { class: `stock ${level}` },
    text,
    simulated.some((field) => field === 'on_hand' || field === '*') &&
      simulatedBadge('This stock figure is invented')
  )
}

export const simulatedBadge = (why: string) => element('span', { class: 'badge', title: why }, 'simulated')

function trackClick(page: Page, { product_id, title }: CardProduct, { position, recommendation_id }: Place) {
  const about = readable(title)
  void (recommendation_id === undefined
    ? page.track({ type: 'product_clicked', product_id, position }, about)
    : page.track({ type: 'recommendation_clicked', product_id, position, recommendation_id }, about))
}
