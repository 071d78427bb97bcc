import { element, routeLink } from './elements.ts'
import type { Page } from './page.ts'
import { problem } from './shelf.ts'
import { shopApi, type CustomerOrder, type Order } from './shop-api.ts'
import { count, date, dateAndTime, money, readable, spoken } from './wording.ts'

const ORDERS_SHOWN = 6

/** The latest orders of the customer who is looking; a guest has none. Lines come when an order is opened. */
export function ordersSection(page: Page): HTMLElement {
  const node = element('section', { class: 'orders', 'aria-label': 'Orders' })
  const visitor = page.visitor.current()
  if (!('user_id' in visitor)) {
    node.hidden = true
    return node
  }
  const { user_id } = visitor
  const list = element('div', { class: 'order-list', 'aria-busy': 'true' })
  node.append(
    element(
      'header',
      { class: 'shelf-head' },
      element('h2', {}, `Orders of customer ${user_id}`),
      element('p', { class: 'note' }, 'The latest, as the warehouse tells them.')
    ),
    list
  )
  const load = async () => {
    try {
      const { items } = await shopApi.customerOrders(user_id, { limit: ORDERS_SHOWN })
      list.replaceChildren(...items.map((order) => orderRow(page, order)))
    } catch (error) {
      list.replaceChildren(problem(error, () => void load()))
    }
    list.removeAttribute('aria-busy')
  }
  void load()
  return node
}

function orderRow(page: Page, order: CustomerOrder): HTMLElement {
  const body = element('div', { class: 'order-body' }, 'Loading …')
  const row = element(
    'details',
    { class: 'order' },
    element(
      'summary',
      {},
      element('span', { class: 'order-date' }, date(order.occurred_at, page.shop.time_zone)),
      element('span', { class: 'order-id' }, order.order_id),
      element('span', { class: `state ${order.state}` }, spoken(order.state)),
      element('span', { class: 'order-lines' }, count(order.lines, 'line', 'lines')),
      element('span', { class: 'order-amount' }, money(order.amount, order.currency))
    ),
    body
  )
  let isLoaded = false
  const load = async () => {
    try {
      const answer = await shopApi.order(order.order_id)
      body.replaceChildren(timeline(page, answer), linesTable(answer))
      isLoaded = true
    } catch (error) {
      body.replaceChildren(problem(error, () => void load()))
    }
  }
  row.addEventListener('toggle', () => {
    if (row.open && !isLoaded) void load()
  })
  return row
}

const timeline = (page: Page, order: Order) =>
  element(
    'ol',
    { class: 'timeline', 'aria-label': 'Timeline' },
    ...order.timeline.map((step) =>
      element(
        'li',
        { class: step.legal ? '' : 'illegal' },
        element('strong', {}, spoken(step.step.replace(/^order_/, ''))),
        ` ${dateAndTime(step.occurred_at, page.shop.time_zone)}`,
        !step.legal && ' · out of turn',
        step.reason && ` · ${step.reason}`
      )
    )
  )

function linesTable(order: Order): HTMLElement {
  const head = ['Article', 'Units', 'Each', 'Amount'].map((name) => element('th', { scope: 'col' }, name))
  const rows = order.lines.map((line) =>
    element(
      'tr',
      {},
      element('td', {}, articleOf(line)),
      element('td', {}, line.quantity),
      element('td', {}, money(line.unit_price, order.currency)),
      element('td', {}, money(line.amount, order.currency))
    )
  )
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Lines of order ${order.order_id}` },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows))
  )
}

function articleOf(line: Order['lines'][number]): Node | string {
  const text = readable(line.description || (line.title ?? '')) || spoken(line.kind)
  if (line.product_id === null) return text
  return routeLink(`/product/${encodeURIComponent(line.product_id)}`, {}, text)
}
