import type { Tracker } from '../tracker/tracker.ts'
import { element, byId } from './elements.ts'
import { shopApi, type Customer } from './shop-api.ts'
import { count } from './wording.ts'

/** Who is looking: a real customer of the shop's data, or a guest of this browser. */
export type Visitor = { user_id: string } | { anonymous_id: string }

const STORED = 'flipside.visitor'
const GUEST = 'guest'

export type VisitorSwitch = { current: () => Visitor; isCustomer: () => boolean }

/** The switcher in the head of the page. Whoever is chosen is somebody else, so the tracker begins anew. */
export async function createVisitorSwitch(tracker: Tracker, onChange: () => void): Promise<VisitorSwitch> {
  const select = byId('visitor', HTMLSelectElement)
  const afresh = byId('afresh', HTMLButtonElement)
  const customers = await shopApi.customers({ limit: 20 }).catch(() => ({ items: [] }))
  const stored = localStorage.getItem(STORED)
  tracker.setUser(customers.items.find((one) => one.customer_id === stored)?.customer_id)
  const current = (): Visitor => {
    const { user_id, anonymous_id } = tracker.visitor()
    return user_id === undefined ? { anonymous_id } : { user_id }
  }

  select.replaceChildren(
    element('option', { value: GUEST }, 'a new visitor without history'),
    element('optgroup', { label: "The shop's own customers" }, ...customers.items.map(describeCustomer))
  )
  const show = () => {
    const { user_id } = tracker.visitor()
    select.value = user_id ?? GUEST
    afresh.hidden = user_id !== undefined
  }
  const change = (user_id: string | undefined) => {
    tracker.reset()
    tracker.setUser(user_id)
    localStorage.setItem(STORED, user_id ?? GUEST)
    show()
    onChange()
  }
  select.addEventListener('change', () => change(select.value === GUEST ? undefined : select.value))
  afresh.addEventListener('click', () => change(undefined))
  show()
  return { current, isCustomer: () => 'user_id' in current() }
}

const describeCustomer = ({ customer_id, country, orders }: Customer) =>
  element(
    'option',
    { value: customer_id },
    [`customer ${customer_id}`, country, count(orders, 'order', 'orders')].filter(Boolean).join(' · ')
  )
