import { byline, card, simulatedBadge, sleeve, stock, type CardProduct } from './card.ts'
import { button, element, routeLink } from './elements.ts'
import { forecastPanel } from './forecast-chart.ts'
import type { Page, View } from './page.ts'
import { problem, shelf } from './shelf.ts'
import { shopApi, type Product } from './shop-api.ts'
import { formatName, money, readable, spoken } from './wording.ts'

const SHELF_PLACES = 5
/** Twice as many days as are forecast. */
const HISTORY_DAYS = 56

/** One product: what it is, what goes with it, what is like it, and what will be sold of it. */
export async function productView(page: Page, product_id: string): Promise<View> {
  const product = await shopApi.product(product_id)
  const title = readable(product.title)
  void page.track({ type: 'product_viewed', product_id }, title)
  page.forYou.exclude([product_id])
  void page.forYou.refresh()
  const forecast = element('div', { class: 'forecast-place' })
  void loadForecast(forecast, product_id)

  const node = element(
    'div',
    { class: 'product' },
    element(
      'article',
      { class: 'product-main' },
      sleeve(product),
      element(
        'div',
        { class: 'product-facts' },
        element('p', { class: 'note' }, `Cat. no. ${product.product_id}`),
        element('h1', { tabindex: -1 }, title),
        byline(product),
        element(
          'p',
          { class: 'price large' },
          money(product.price, product.currency),
          product.simulated.includes('price') && simulatedBadge('This price is invented')
        ),
        element('p', {}, stock(product)),
        button('Add to the basket', { class: 'main-button' }, () => page.addToBasket(product)),
        attributes(product),
        editions(product.editions),
        forecast
      )
    ),
    boughtTogether(page, product_id),
    similar(page, product_id),
    page.forYou.node
  )
  return { title: `${title} · ${page.shop.title}`, node }
}

function attributes({ attributes, format }: Product) {
  const facts = Object.entries({ ...(format && { format: formatName(format) }), ...attributes })
  if (facts.length === 0) return null
  return element(
    'dl',
    { class: 'figures' },
    ...facts.flatMap(([name, value]) => [element('dt', {}, spoken(name)), element('dd', {}, value)])
  )
}

function editions(others: readonly CardProduct[]) {
  if (others.length === 0) return null
  const links = others.map((other) =>
    element(
      'li',
      {},
      routeLink(`/product/${encodeURIComponent(other.product_id)}`, {}, editionName(other)),
      ` ${money(other.price, other.currency)}`
    )
  )
  return element('div', { class: 'editions' }, element('h2', {}, 'Also as'), element('ul', {}, ...links))
}

/** What tells an edition from the others: its format, where the shop knows; otherwise its title. */
const editionName = ({ format, title }: CardProduct) => (format ? formatName(format) : readable(title))

function boughtTogether(page: Page, product_id: string): HTMLElement {
  const view = shelf('Bought together', { places: SHELF_PLACES, note: 'What others put in the same basket.' })
  const load = async () => {
    try {
      const answer = await shopApi.recommendations({
        ...page.visitor.current(),
        product_id,
        // The answer also holds what is alike or popular; this shelf says what was bought.
        limit: 2 * SHELF_PLACES
      })
      const { recommendation_id } = answer
      const cards = answer.items
        .filter((item) => item.source === 'bought_together')
        .slice(0, SHELF_PLACES)
        .map((item) => card(page, item, { recommendation_id, position: item.position }, item.reason))
      view.show(cards, 'Nothing was bought with it often enough to say.')
    } catch (error) {
      view.fail(error, () => void load())
    }
  }
  void load()
  return view.node
}

function similar(page: Page, product_id: string): HTMLElement {
  const view = shelf('Similar', { places: SHELF_PLACES, note: 'Alike in words and facts.' })
  const load = async () => {
    try {
      const { items } = await shopApi.similar(product_id, { limit: SHELF_PLACES })
      view.show(
        items.map((item, position) => card(page, item, { position })),
        'Nothing in the catalogue is like it.'
      )
    } catch (error) {
      view.fail(error, () => void load())
    }
  }
  void load()
  return view.node
}

async function loadForecast(place: HTMLElement, product_id: string): Promise<void> {
  try {
    place.replaceChildren(forecastPanel(await shopApi.forecast(product_id, { history_days: HISTORY_DAYS })))
  } catch (error) {
    place.replaceChildren(problem(error, () => void loadForecast(place, product_id)))
  }
}
