import { card } from './card.ts'
import { button, element } from './elements.ts'
import { ordersSection } from './orders-section.ts'
import type { Page, View } from './page.ts'
import { shelf } from './shelf.ts'
import { shopApi } from './shop-api.ts'
import { count } from './wording.ts'

const PAGE_ITEMS = 24

/** For you, a customer's orders, and the catalogue. */
export function homeView(page: Page): View {
  page.forYou.exclude([])
  void page.forYou.refresh()
  const node = element(
    'div',
    { class: 'home' },
    element('h1', { class: 'hidden', tabindex: -1 }, page.shop.title),
    page.forYou.node,
    ordersSection(page),
    catalogue(page)
  )
  return { title: page.shop.title, node }
}

function catalogue(page: Page): HTMLElement {
  const view = shelf('The catalogue', { places: PAGE_ITEMS, class: 'catalogue', note: ' ' })
  const sort = element(
    'select',
    { id: 'sort' },
    element('option', { value: 'popular' }, 'best-selling first'),
    element('option', { value: 'title' }, 'by title')
  )
  const more = button('Show more', { class: 'more', hidden: true }, () => void load())
  let cards: HTMLElement[] = []
  let cursor: number | undefined

  const load = async () => {
    try {
      const answer = await shopApi.products({ sort: sort.value, limit: PAGE_ITEMS, cursor })
      const first = cards.length
      cards.push(...answer.items.map((product, i) => card(page, product, { position: first + i })))
      cursor = answer.next_cursor
      more.hidden = cursor === undefined
      view.note.textContent = count(answer.total, 'product', 'products')
      view.show(cards, 'The catalogue is empty.')
      if (first > 0) view.list.children[first]?.querySelector('a')?.focus()
    } catch (error) {
      view.fail(error, () => void load())
    }
  }
  sort.addEventListener('change', () => {
    cards = []
    cursor = undefined
    void load()
  })
  view.node
    .querySelector('.shelf-head')
    ?.append(element('label', { class: 'sort', for: 'sort' }, 'Sort ', sort))
  view.node.append(more)
  void load()
  return view.node
}
