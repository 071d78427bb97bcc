// Written from /openapi.json by `npm run tracker`.

/** What a page may say of each type; the tracker adds ids, time, visitor and session. */
export type BrowserEventFields = {
  /** A product page was opened. */
  product_viewed: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** The answer of /v1/recommendations that named it */
    recommendation_id?: string
    /** The list that showed it, as the shop names it */
    list_id?: string
    /** Place in the list, from 0 */
    position?: number
  }
  /** A list of products was shown: a category, a shelf, hits of a search. */
  list_viewed: {
    /** The list, as the shop names it */
    list_id: string
    /** Best, or topmost, first */
    product_ids: string[]
  }
  /** A product was clicked in a list. */
  product_clicked: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** The answer of /v1/recommendations that named it */
    recommendation_id?: string
    /** The list that showed it, as the shop names it */
    list_id?: string
    /** Place in the list, from 0 */
    position?: number
  }
  /** A search was made. */
  searched: {
    /** What the visitor typed */
    query: string
    /** Hits that were found */
    result_count: number
  }
  /** A product was put in the cart. */
  cart_added: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** Units put in */
    quantity: number
    /** The answer of /v1/recommendations that named it */
    recommendation_id?: string
    /** The list that showed it, as the shop names it */
    list_id?: string
    /** Place in the list, from 0 */
    position?: number
  }
  /** A product was taken out of the cart. */
  cart_removed: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** Units taken out */
    quantity: number
  }
  /** A product was put on the wish list. */
  wishlist_added: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** The answer of /v1/recommendations that named it */
    recommendation_id?: string
    /** The list that showed it, as the shop names it */
    list_id?: string
    /** Place in the list, from 0 */
    position?: number
  }
  /** A product was given stars. */
  product_rated: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** Stars, 5 is best */
    rating: number
  }
  /** A visitor said what they think of a recommendation. */
  feedback_given: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** What they think of it */
    feedback: 'not_for_me' | 'owned_already' | 'more_like_this'
    /** The answer of /v1/recommendations that named it */
    recommendation_id?: string
  }
  /** Recommendations came into the visitor’s view. */
  recommendation_viewed: {
    /** The answer of /v1/recommendations that named it */
    recommendation_id: string
    /** Best, or topmost, first */
    product_ids: string[]
  }
  /** A recommended product was clicked. */
  recommendation_clicked: {
    /** What is sold, stocked and priced: an edition of a work in one format */
    product_id: string
    /** The answer of /v1/recommendations that named it */
    recommendation_id: string
    /** Place in the list, from 0 */
    position: number
  }
}
export type BrowserEventType = keyof BrowserEventFields
export type BrowserEvent = {
  [Type in BrowserEventType]: { type: Type } & BrowserEventFields[Type]
}[BrowserEventType]
