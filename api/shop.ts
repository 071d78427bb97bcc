import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

/** What the page says about the shop: whoever loads a shop's data leaves it as `shop.json` in DATA_DIR. */
export const ShopSchema = Type.Object({
  title: Type.String({ default: 'Flipside' }),
  notice: Type.String({ default: '', description: 'What a reader must know about the data' }),
  dates_shifted_by_days: Type.Integer({ default: 0, description: 'Days added to every date of the data' }),
  attribution: Type.String({ default: '', description: 'Where the data comes from, and its licence' }),
  search_examples: Type.String({ default: '', description: 'What somebody may look for here' })
})
export type Shop = Static<typeof ShopSchema>

/** A missing file is a shop without a notice; a file that says something else is a mistake to be told. */
export async function readShop(dataDirectory: string): Promise<Shop> {
  const path = join(dataDirectory, 'shop.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw new Error(`read ${path}`, { cause: error })
  })
  const shop: unknown = Value.Default(ShopSchema, JSON.parse(text))
  if (!Value.Check(ShopSchema, shop)) throw new Error(`${path} does not describe a shop`)
  return shop
}
