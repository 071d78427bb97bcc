import { card } from './card.ts'
import { element } from './elements.ts'
import type { Page, View } from './page.ts'
import { shelf } from './shelf.ts'
import { shopApi } from './shop-api.ts'
import { count } from './wording.ts'

const HITS_SHOWN = 48
/** A search counts as one when nobody typed on for this long. */
const SETTLED_MS = 700

export type SearchView = View & { search: (q: string) => Promise<void> }

/** Hits follow the typing; the event is sent once the words have settled. */
export function searchView(page: Page): SearchView {
  const view = shelf('Search', { places: 6, class: 'catalogue', note: ' ' })
  let turn = 0
  let settled: ReturnType<typeof setTimeout> | undefined

  const search = async (q: string) => {
    const mine = ++turn
    clearTimeout(settled)
    if (q.trim() === '') {
      view.note.textContent = 'Type what you are looking for.'
      view.show([], '')
      return
    }
    try {
      const { items, total } = await shopApi.search({ q, limit: HITS_SHOWN })
      if (mine !== turn) return
      view.show(
        items.map((product, position) => card(page, product, { position })),
        `Nothing matches “${q}”. Fewer letters may find more.`
      )
      view.note.textContent = `${count(total, 'hit', 'hits')} for “${q}”`
      settled = setTimeout(() => {
        page.announce(`${count(total, 'hit', 'hits')} for ${q}`)
        void page.track({ type: 'searched', query: q, result_count: total }, `“${q}”`)
      }, SETTLED_MS)
    } catch (error) {
      if (mine === turn) view.fail(error, () => void search(q))
    }
  }
  const heading = element('h1', { class: 'hidden', tabindex: -1 }, 'Search')
  const node = element('div', { class: 'home' }, heading, view.node)
  return { title: `Search · ${page.shop.title}`, node, search }
}
