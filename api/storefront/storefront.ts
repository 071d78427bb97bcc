import { createTracker } from '../tracker/tracker.ts'
import { createActivity } from './activity.ts'
import { createBasket } from './basket.ts'
import { basketView } from './basket-view.ts'
import { byId, element, routeLink } from './elements.ts'
import { createForYou } from './for-you.ts'
import { homeView } from './home-view.ts'
import type { Page, View } from './page.ts'
import { productView } from './product-view.ts'
import { searchView, type SearchView } from './search-view.ts'
import { problem } from './shelf.ts'
import { shopApi, ShopError } from './shop-api.ts'
import { createTrack, describeProblem } from './track.ts'
import { createVisitorSwitch } from './visitor.ts'
import { readable } from './wording.ts'

const main = byId('main', HTMLElement)
const input = byId('q', HTMLInputElement)
const form = byId('search-form', HTMLFormElement)
const announcer = byId('announcer', HTMLDivElement)
const TYPING_MS = 150

try {
  await start()
} catch (error) {
  main.replaceChildren(problem(error, () => location.reload()))
}

async function start(): Promise<void> {
  const activity = createActivity()
  const basket = createBasket()
  const shop = await shopApi.shop()
  const tracker = createTracker({
    url: '',
    key: shop.browser_key,
    source: 'storefront',
    // Whoever looks at the demo runs it; a shop asks first.
    consent: 'granted',
    onProblem: (problem) => activity(describeProblem(problem), 'problem')
  })
  const visitor = await createVisitorSwitch(tracker, () => {
    basket.clear()
    activity('another visitor: another history', 'answer')
    void show()
  })
  const forYou = createForYou(() => page)
  const track = createTrack({
    tracker,
    activity,
    onSending: (type) => {
      if (type !== 'searched') forYou.noteEvent()
    },
    onAccepted: (type) => {
      if (type !== 'searched') forYou.followEvent()
    }
  })
  const page: Page = {
    shop,
    visitor,
    track,
    activity,
    basket,
    forYou,
    addToBasket: (product, place) => {
      basket.add(product)
      const { product_id } = product
      announce(`${readable(product.title)} is in the basket`)
      void track({ type: 'cart_added', product_id, quantity: 1, ...place }, readable(product.title))
    },
    announce
  }
  describeShop(page)
  let search: SearchView | undefined

  /** The address says which view; a newer one wins over one that still loads. */
  let turn = 0
  async function show(): Promise<void> {
    const mine = ++turn
    try {
      const view = await viewOf(new URL(location.href))
      if (mine !== turn) return
      document.title = view.title
      main.replaceChildren(view.node)
    } catch (error) {
      if (mine === turn) showProblem(error)
    }
  }

  function showProblem(error: unknown): void {
    const isUnknown = error instanceof ShopError && error.status === 404
    const title = isUnknown ? 'Not in this shop' : 'The shop does not answer'
    document.title = `${title} · Flipside`
    const what = isUnknown
      ? element('p', {}, 'Nothing is sold under this address. ', routeLink('/', {}, 'To the catalogue'))
      : problem(error, () => void show())
    main.replaceChildren(element('h1', { tabindex: -1 }, title), what)
  }

  async function viewOf(url: URL): Promise<View> {
    const [, product_id] = /^\/product\/(.+)$/.exec(url.pathname) ?? []
    const q = url.searchParams.get('q') ?? ''
    if (url.pathname !== '/search') {
      search = undefined
      if (document.activeElement !== input) input.value = ''
    }
    if (product_id !== undefined) return productView(page, decodeURIComponent(product_id))
    if (url.pathname === '/basket') return basketView(page)
    if (url.pathname !== '/search') return homeView(page)
    search = searchView(page)
    if (document.activeElement !== input) input.value = q
    void search.search(q)
    return search
  }

  async function go(href: string): Promise<void> {
    history.pushState(null, '', href)
    await show()
    scrollTo(0, 0)
    main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
  }

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-route]') : null
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!(link instanceof HTMLAnchorElement) || !isPlain) return
    event.preventDefault()
    void go(link.href)
  })
  addEventListener('popstate', () => void show())

  let typing: ReturnType<typeof setTimeout> | undefined
  const searchNow = () => {
    clearTimeout(typing)
    const href = `/search?q=${encodeURIComponent(input.value)}`
    if (search) {
      history.replaceState(null, '', href)
      void search.search(input.value)
    } else {
      history.pushState(null, '', href)
      void show()
    }
  }
  input.addEventListener('input', () => {
    clearTimeout(typing)
    if (input.value.trim() !== '' || search) typing = setTimeout(searchNow, TYPING_MS)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    searchNow()
  })
  await show()
}

/** Said anew even when it is the same text. */
function announce(text: string): void {
  announcer.textContent = ''
  setTimeout(() => {
    announcer.textContent = text
  }, 50)
}

function describeShop({ shop }: Page): void {
  byId('shop-title', HTMLElement).textContent = shop.title === 'Flipside' ? '' : shop.title
  byId('attribution', HTMLParagraphElement).textContent = shop.attribution
  const notice = byId('notice', HTMLParagraphElement)
  notice.textContent = shop.notice
  notice.hidden = shop.notice === ''
  if (shop.search_examples) input.placeholder = `Search: ${shop.search_examples} …`
}
