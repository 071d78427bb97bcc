import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { ShopSchema } from '../shop.ts'

const Answer = Type.Object(
  {
    ...ShopSchema.properties,
    currency: Type.String(),
    time_zone: Type.String({ description: "The shop's business day" }),
    browser_key: Type.String({ description: 'May send behaviour events; no secret' })
  },
  { description: 'The shop' }
)

export function registerShop(app: ApiApp, { config, shop }: ApiDependencies): void {
  app.get(
    '/v1/shop',
    {
      schema: {
        summary: 'What a page needs to know of the shop',
        tags: ['products'],
        response: { 200: Answer }
      }
    },
    async () => ({
      ...shop,
      currency: config.SHOP_CURRENCY,
      time_zone: config.SHOP_TIME_ZONE,
      browser_key: config.BROWSER_KEY
    })
  )
}
