import type { Catalogue, Edition } from './editions.ts'

/** A disc for rent. Copies are not the stock that is sold. */
export type Copy = { copy_id: string; edition: Edition; isOut: boolean }

const COPIES_PER_VISIT_A_DAY = 0.8

/** As many as are rented, spread over the films and series. */
export function createCopies({
  catalogue,
  visitsADay
}: {
  catalogue: Catalogue
  visitsADay: number
}): Copy[] {
  const films = catalogue.editions.filter(
    (edition) => edition.format === 'dvd' || edition.format === 'blu-ray'
  )
  const each = Math.max(2, Math.ceil((visitsADay * COPIES_PER_VISIT_A_DAY) / films.length))
  return films.flatMap((edition) =>
    Array.from({ length: each }, (_, i) => ({
      copy_id: `${edition.product_id}.${i + 1}`,
      edition,
      isOut: false
    }))
  )
}
