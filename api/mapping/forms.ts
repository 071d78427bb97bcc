import type { EventType } from '../../models/contracts/events.ts'

/** What a form of payloads calls the things that it and we both know. */
export type Form = {
  /** Goes into `source`. */
  name: 'segment' | 'ga4'
  /** Its name of an event, and ours. `order_paid` stands for placed and paid at once. */
  types: Record<string, EventType>
  /** Where the products are, and whether those of one product are in a list as well. */
  items: 'products' | 'items'
  isListed: boolean
  product_id: string[]
  title: string
  position: string
  list_id: string
  /** Stands in where a list that was shown has no id. */
  list_name: string
  query: string
  order_id: string
}

/** Segment's e-commerce events, version 2; RudderStack's are the same. */
export const segmentForm: Form = {
  name: 'segment',
  types: {
    'Product Viewed': 'product_viewed',
    'Product List Viewed': 'list_viewed',
    'Product Clicked': 'product_clicked',
    'Products Searched': 'searched',
    'Product Added': 'cart_added',
    'Product Removed': 'cart_removed',
    'Product Added to Wishlist': 'wishlist_added',
    'Product Reviewed': 'product_rated',
    'Order Completed': 'order_paid',
    'Order Refunded': 'order_refunded',
    'Order Cancelled': 'order_cancelled',
    'Signed Up': 'customer_registered'
  },
  items: 'products',
  isListed: false,
  product_id: ['product_id', 'sku'],
  title: 'name',
  position: 'position',
  list_id: 'list_id',
  list_name: 'category',
  query: 'query',
  order_id: 'order_id'
}

/** `properties.status` of an Order Updated: the steps that have no event of their own there. */
export const ORDER_STATUSES: Record<string, EventType> = {
  placed: 'order_placed',
  confirmed: 'order_confirmed',
  paid: 'order_paid',
  payment_failed: 'payment_failed',
  shipped: 'order_shipped',
  completed: 'order_completed',
  return_requested: 'return_requested',
  return_received: 'return_received'
}

/** Google Analytics 4, Measurement Protocol. */
export const ga4Form: Form = {
  name: 'ga4',
  types: {
    view_item: 'product_viewed',
    view_item_list: 'list_viewed',
    select_item: 'product_clicked',
    search: 'searched',
    add_to_cart: 'cart_added',
    remove_from_cart: 'cart_removed',
    add_to_wishlist: 'wishlist_added',
    purchase: 'order_paid',
    refund: 'order_refunded',
    login: 'customer_logged_in',
    sign_up: 'customer_registered'
  },
  items: 'items',
  isListed: true,
  product_id: ['item_id'],
  title: 'item_name',
  position: 'index',
  list_id: 'item_list_id',
  list_name: 'item_list_name',
  query: 'search_term',
  order_id: 'transaction_id'
}

/** Theirs by ours. Both forms take fields of the sender's own; these go by our names. */
export const foreignNameOf = (form: Form, type: EventType): string | undefined =>
  Object.keys(form.types).find((name) => form.types[name] === type)
