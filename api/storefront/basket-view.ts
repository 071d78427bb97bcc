import { card } from './card.ts'
import { button, element, routeLink } from './elements.ts'
import type { Page, View } from './page.ts'
import { shelf } from './shelf.ts'
import { shopApi } from './shop-api.ts'
import { money, readable } from './wording.ts'

/** What is in the basket, and what goes with all of it. */
export function basketView(page: Page): View {
  const node = element('div', { class: 'home' })
  const show = () => {
    const items = page.basket.items()
    const rows = items.map(({ product_id, title, price, currency }) =>
      element(
        'li',
        {},
        routeLink(`/product/${encodeURIComponent(product_id)}`, {}, readable(title)),
        element('span', { class: 'price' }, money(price, currency)),
        button('Remove', { class: 'quiet', 'aria-label': `Remove ${readable(title)}` }, () => {
          page.basket.remove(product_id)
          void page.track({ type: 'cart_removed', product_id, quantity: 1 }, readable(title))
          show()
          node.querySelector('h1')?.focus()
        })
      )
    )
    node.replaceChildren(
      element('h1', { tabindex: -1 }, 'Basket'),
      items.length > 0
        ? element('ul', { class: 'basket' }, ...rows)
        : element(
            'p',
            { class: 'empty' },
            'Empty. The + on a sleeve puts it here; there is no till in this demo.'
          ),
      ...(items.length > 0
        ? [
            goesWith(
              page,
              items.map((item) => item.product_id)
            )
          ]
        : []),
      page.forYou.node
    )
  }
  show()
  page.forYou.exclude([])
  void page.forYou.refresh()
  return { title: `Basket · ${page.shop.title}`, node }
}

function goesWith(page: Page, product_ids: readonly string[]): HTMLElement {
  const view = shelf('Goes with your basket', { places: 6, note: 'Chosen together with what is in it.' })
  const load = async () => {
    try {
      const { recommendation_id, items } = await shopApi.recommendations({
        ...page.visitor.current(),
        basket: product_ids.join(','),
        limit: 6
      })
      const cards = items.map((item) =>
        card(page, item, { recommendation_id, position: item.position }, item.reason)
      )
      view.show(cards, 'Nothing more to suggest.')
    } catch (error) {
      view.fail(error, () => void load())
    }
  }
  void load()
  return view.node
}
