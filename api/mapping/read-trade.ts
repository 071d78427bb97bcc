import { eventSchemas, type EventType } from '../../models/contracts/events.ts'
import type { Form } from './forms.ts'
import { firstText, numberOf, objectsOf, present, textOf, type Loose } from './loose.ts'
import { readLines, readPaid, readRefundLines, readReturned, readTaxIncluded } from './read-lines.ts'

/** An event of ours before it has its envelope, not yet checked. */
export type Said = { type: EventType; fields: Loose }

const PRODUCT_IDS_MAX = 100

/** What one foreign event of trade says: none when it names nothing that it could be about. */
export function readTrade(form: Form, type: EventType, properties: Loose): Said[] {
  switch (type) {
    case 'list_viewed':
      return [
        say(type, {
          list_id: firstText(properties[form.list_id], properties[form.list_name]),
          product_ids: productsOf(form, properties)
        })
      ]
    case 'searched':
      return [say(type, readSearch(form, properties))]
    case 'order_paid':
      return [...readTrade(form, 'order_placed', properties), say(type, readOrder(form, properties))]
    case 'order_placed':
      return [say(type, { ...readOrder(form, properties), lines: readLines(form, properties) })]
    case 'order_refunded':
      return [say(type, { ...readOrder(form, properties), lines: readRefundLines(form, properties) })]
    case 'return_received':
      return [say(type, { ...readOrder(form, properties), returned: readReturned(form, properties) })]
    case 'order_confirmed':
    case 'order_shipped':
    case 'order_completed':
    case 'order_cancelled':
    case 'payment_failed':
    case 'return_requested':
      return [say(type, readOrder(form, properties))]
    default: {
      const items = form.isListed ? objectsOf(properties[form.items]) : [properties]
      return items.map((item) => say(type, readProduct(form, properties, item)))
    }
  }
}

/** The payment alone, of an order that was told before. */
export const readPayment = (form: Form, properties: Loose): Said[] => [
  say('order_paid', readOrder(form, properties))
]

/** Only what a type has a field for. */
export function say(type: EventType, fields: Loose): Said {
  const known = eventSchemas[type].properties
  return {
    type,
    fields: present(Object.fromEntries(Object.entries(fields).filter(([name]) => name in known)))
  }
}

function readProduct(form: Form, properties: Loose, item: Loose): Loose {
  return {
    product_id: productOf(form, item),
    quantity: numberOf(item['quantity']) ?? 1,
    rating: numberOf(item['rating']),
    list_id: listOf(form, item) ?? listOf(form, properties),
    position: numberOf(item[form.position]),
    recommendation_id: firstText(item['recommendation_id'], properties['recommendation_id'])
  }
}

/** How many hits there were is not in either form: invented, and marked as such, unless the sender says it anyway. */
function readSearch(form: Form, properties: Loose): Loose {
  const result_count = numberOf(properties['result_count'])
  const said = { query: textOf(properties[form.query]) ?? '' }
  return result_count === undefined
    ? { ...said, result_count: 0, simulated: [...simulatedOf(properties), 'result_count'] }
    : { ...said, result_count }
}

const simulatedOf = ({ simulated }: Loose): unknown[] => (Array.isArray(simulated) ? simulated : [])

function readOrder(form: Form, properties: Loose): Loose {
  return {
    order_id: textOf(properties[form.order_id]),
    currency: properties['currency'],
    amount: readPaid(form, properties),
    tax_included: readTaxIncluded(properties),
    country: textOf(properties['country']),
    channel: textOf(properties['affiliation']),
    reason: textOf(properties['reason'])
  }
}

const productOf = (form: Form, item: Loose) => firstText(...form.product_id.map((name) => item[name]))
const productsOf = (form: Form, properties: Loose) =>
  objectsOf(properties[form.items])
    .slice(0, PRODUCT_IDS_MAX)
    .map((item) => productOf(form, item))
const listOf = (form: Form, item: Loose) => textOf(item[form.list_id])
