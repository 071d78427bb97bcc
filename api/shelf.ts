import type { ServedProduct } from '../models/contracts/served.ts'
import type { WorkNumbers } from './work-numbers.ts'

/** The catalogue as it is served. */
export type Shelf = {
  /** Retired ones too; the lists below hold what is sold. */
  byId: ReadonlyMap<string, ServedProduct>
  /** By work number: its products, the one to show first. */
  byWork: readonly (readonly ServedProduct[] | undefined)[]
  /** Whole catalogue, what sells most first. */
  bySales: readonly ServedProduct[]
  byTitle: readonly ServedProduct[]
}

export const emptyShelf: Shelf = { byId: new Map(), byWork: [], bySales: [], byTitle: [] }

/** Stock that was never counted does not hide a product; a count of nothing does. */
export const isAvailable = (product: ServedProduct) => product.on_hand === null || product.on_hand > 0

/** The product of a work to show: in stock before out of stock, then what sells most. */
export const shownProduct = (shelf: Shelf, workNumber: number) => shelf.byWork[workNumber]?.[0]

export function buildShelf(products: Iterable<ServedProduct>, works: WorkNumbers): Shelf {
  const byId = new Map<string, ServedProduct>()
  for (const product of products) byId.set(product.product_id, product)

  const bySales = [...byId.values()].filter((product) => !product.retired).toSorted(bySalesThenId)
  const byTitle = bySales.toSorted((a, b) => compare(a.title, b.title) || compare(a.product_id, b.product_id))
  const byWork: ServedProduct[][] = []
  for (const available of [true, false]) {
    for (const product of bySales) {
      if (isAvailable(product) !== available) continue
      const editions = (byWork[works.numberOf(product.work_id)] ??= [])
      editions.push(product)
    }
  }
  return { byId, byWork, bySales, byTitle }
}

const bySalesThenId = (a: ServedProduct, b: ServedProduct) =>
  b.recent_units - a.recent_units || compare(a.product_id, b.product_id)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
