import { element, byId } from './elements.ts'
import { shopApi, type Customer } from './shop-api.ts'
import { count } from './wording.ts'

/** Who is looking: a real customer of the shop's data, or a guest of this browser. */
export type Visitor = { user_id: string } | { anonymous_id: string }

const STORED = 'flipside.visitor'
const GUEST = 'guest'

export type VisitorSwitch = { current: () => Visitor; isCustomer: () => boolean }

/** The switcher in the head of the page. A guest without history is a new id. */
export async function createVisitorSwitch(onChange: () => void): Promise<VisitorSwitch> {
  const select = byId('visitor', HTMLSelectElement)
  const afresh = byId('afresh', HTMLButtonElement)
  const customers = await shopApi.customers({ limit: 20 }).catch(() => ({ items: [] }))
  let visitor = readStored(customers.items) ?? newGuest()
  localStorage.setItem(STORED, JSON.stringify(visitor))

  select.replaceChildren(
    element('option', { value: GUEST }, 'a new visitor without history'),
    element('optgroup', { label: "The shop's own customers" }, ...customers.items.map(describeCustomer))
  )
  const show = () => {
    select.value = 'user_id' in visitor ? visitor.user_id : GUEST
    afresh.hidden = 'user_id' in visitor
  }
  const change = (next: Visitor) => {
    visitor = next
    localStorage.setItem(STORED, JSON.stringify(visitor))
    show()
    onChange()
  }
  select.addEventListener('change', () =>
    change(select.value === GUEST ? newGuest() : { user_id: select.value })
  )
  afresh.addEventListener('click', () => change(newGuest()))
  show()
  return { current: () => visitor, isCustomer: () => 'user_id' in visitor }
}

const describeCustomer = ({ customer_id, country, orders }: Customer) =>
  element(
    'option',
    { value: customer_id },
    [`customer ${customer_id}`, country, count(orders, 'order', 'orders')].filter(Boolean).join(' · ')
  )

const newGuest = (): Visitor => ({ anonymous_id: `guest-${randomHex(8)}` })

/** Works without a secure context, where `randomUUID` is missing. */
export const randomHex = (bytes: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0')
  ).join('')

function readStored(customers: readonly Customer[]): Visitor | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return undefined
    if ('anonymous_id' in stored && typeof stored.anonymous_id === 'string') {
      return { anonymous_id: stored.anonymous_id }
    }
    const known = customers.find((one) => 'user_id' in stored && one.customer_id === stored.user_id)
    return known && { user_id: known.customer_id }
  } catch {
    return undefined
  }
}
