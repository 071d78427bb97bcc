import { byId } from './elements.ts'
import type { CardProduct } from './card.ts'

/** What was put aside in this tab; a real shop keeps its own. */
export type Basket = {
  items: () => readonly CardProduct[]
  add: (product: CardProduct) => void
  remove: (product_id: string) => void
  clear: () => void
}

const ITEMS_MAX = 100

export function createBasket(): Basket {
  const counter = byId('basket-count', HTMLSpanElement)
  const products = new Map<string, CardProduct>()
  const count = () => {
    counter.textContent = String(products.size)
  }
  return {
    items: () => [...products.values()],
    add: (product) => {
      if (products.size < ITEMS_MAX) products.set(product.product_id, product)
      count()
    },
    remove: (product_id) => {
      products.delete(product_id)
      count()
    },
    clear: () => {
      products.clear()
      count()
    }
  }
}
