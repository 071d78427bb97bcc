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
const STORED = 'flipside-basket'

/** Lasts as long as the tab, over reloads. */
export function createBasket(): Basket {
  const counter = byId('basket-count', HTMLSpanElement)
  const products = new Map(readStored().map((product) => [product.product_id, product]))
  const keep = () => {
    counter.textContent = String(products.size)
    sessionStorage.setItem(STORED, JSON.stringify([...products.values()]))
  }
  keep()
  return {
    items: () => [...products.values()],
    add: (product) => {
      if (products.size < ITEMS_MAX) products.set(product.product_id, product)
      keep()
    },
    remove: (product_id) => {
      products.delete(product_id)
      keep()
    },
    clear: () => {
      products.clear()
      keep()
    }
  }
}

/** What this page wrote itself; anything else is no basket. */
function readStored(): CardProduct[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? '[]')
    return Array.isArray(stored) ? (stored as CardProduct[]) : []
  } catch {
    return []
  }
}
