import { Type } from 'typebox'
import { Country, event, idOf } from './fields.ts'

const customer = { customer_id: idOf('A pseudonym: never a name, mail address or telephone number') }
const facts = {
  country: Type.Optional(Country),
  tier: Type.Optional(idOf('Of the loyalty scheme, as the shop names it'))
}

/** `flipside.customers`, by customer: who is known, by pseudonym. */
export const customerSchemas = {
  customer_registered: event('customer_registered', 'A customer became known.', { ...customer, ...facts }),
  customer_updated: event(
    'customer_updated',
    'What is known of a customer changed: what is left out stays.',
    {
      ...customer,
      ...facts
    }
  ),
  customer_logged_in: event(
    'customer_logged_in',
    'A guest turned out to be this customer: what `anonymous_id` did before joins the customer’s history.',
    customer
  ),
  consent_changed: event('consent_changed', 'A customer allowed or refused the use of their history.', {
    ...customer,
    personalisation: Type.Boolean({ description: 'May recommendations use their history?' })
  }),
  customer_erased: event(
    'customer_erased',
    'Forget this person: profile, behaviour and search text go, orders keep their money without the person.',
    customer
  )
}
