import { Type, type TProperties } from 'typebox'
import { event, Id, idOf, Position, ProductId, quantityOf, textOf } from './fields.ts'

const is_bot = Type.Optional(
  Type.Boolean({
    description: 'Sent by a program, as the tracker or the collector saw it: kept, not counted'
  })
)
const behaviour = <const Name extends string, Fields extends TProperties>(
  type: Name,
  description: string,
  fields: Fields
) => event(type, description, { ...fields, is_bot })

const product = { product_id: ProductId }
const recommendation_id = idOf('The answer of /v1/recommendations that named it')
const fromList = {
  recommendation_id: Type.Optional(recommendation_id),
  list_id: Type.Optional(idOf('The list that showed it, as the shop names it')),
  position: Type.Optional(Position)
}
const ProductIds = Type.Array(Id, { maxItems: 100, description: 'Best, or topmost, first' })

export const FEEDBACK = ['not_for_me', 'owned_already', 'more_like_this'] as const

/** `flipside.behaviour`, by visitor: what somebody did in front of the shop. */
export const behaviourSchemas = {
  product_viewed: behaviour('product_viewed', 'A product page was opened.', { ...product, ...fromList }),
  list_viewed: behaviour(
    'list_viewed',
    'A list of products was shown: a category, a shelf, hits of a search.',
    {
      list_id: idOf('The list, as the shop names it'),
      product_ids: ProductIds
    }
  ),
  product_clicked: behaviour('product_clicked', 'A product was clicked in a list.', {
    ...product,
    ...fromList
  }),
  searched: behaviour('searched', 'A search was made.', {
    query: textOf('What the visitor typed'),
    result_count: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Hits that were found' })
  }),
  cart_added: behaviour('cart_added', 'A product was put in the cart.', {
    ...product,
    quantity: quantityOf('Units put in'),
    ...fromList
  }),
  cart_removed: behaviour('cart_removed', 'A product was taken out of the cart.', {
    ...product,
    quantity: quantityOf('Units taken out')
  }),
  wishlist_added: behaviour('wishlist_added', 'A product was put on the wish list.', {
    ...product,
    ...fromList
  }),
  product_rated: behaviour('product_rated', 'A product was given stars.', {
    ...product,
    rating: Type.Integer({ minimum: 1, maximum: 5, description: 'Stars, 5 is best' })
  }),
  feedback_given: behaviour('feedback_given', 'A visitor said what they think of a recommendation.', {
    ...product,
    feedback: Type.Enum(FEEDBACK, { description: 'What they think of it' }),
    recommendation_id: Type.Optional(recommendation_id)
  }),
  recommendation_served: behaviour('recommendation_served', 'The API answered with recommendations.', {
    recommendation_id,
    placement: Type.Optional(idOf('Where on the page, as the shop names it')),
    product_ids: ProductIds,
    sources: Type.Array(Id, { maxItems: 100, description: 'The model of each product' })
  }),
  recommendation_viewed: behaviour('recommendation_viewed', 'Recommendations came into the visitor’s view.', {
    recommendation_id,
    product_ids: ProductIds
  }),
  recommendation_clicked: behaviour('recommendation_clicked', 'A recommended product was clicked.', {
    ...product,
    recommendation_id,
    position: Position
  })
}
