import { Type } from 'typebox'
import { Published } from './replenishment-schemas.ts'
import { Nullable, Simulated } from './schemas.ts'

const Figure = (description: string) => Nullable(Type.Number(), { description })
const Text = (description: string) => Nullable(Type.String(), { description })

export const LateAnswer = Type.Object(
  {
    ...Published,
    total: Type.Integer({ description: 'Of all pages' }),
    totals: Type.Array(
      Type.Object({
        products: Type.Integer(),
        a_products: Type.Integer({ description: 'Those of class A' }),
        open_products: Type.Integer({ description: 'Nothing is on its way, and nobody decided today' }),
        open_a_products: Type.Integer({ description: 'Those of class A' })
      }),
      { description: 'Of all pages; always one entry' }
    ),
    next_cursor: Type.Optional(Type.String({ description: 'Missing on the last page' })),
    rows: Type.Array(
      Type.Object({
        product_id: Type.String(),
        title: Type.String(),
        supplier_id: Text('Who delivers it'),
        abc: Text('A, B or C: by what it brings'),
        available: Figure('On hand less what is promised'),
        on_order: Figure('Units on their way; they count in the days below'),
        days_of_cover: Figure('Days until what can be sold now is sold, at the mean demand'),
        stock_out_p10: Text('Day by which it has run out with 10 % probability'),
        stock_out_p50: Text('With 50 %'),
        stock_out_p90: Text('With 90 %; null beyond twelve weeks'),
        lead_time_days: Type.Number({ description: 'Days from order to delivery' }),
        delivery_day: Type.String({ description: 'Day on which an order of today would be there' }),
        days_short: Type.Integer({ description: 'Days from stock_out_p50 to delivery_day' }),
        quantity: Type.Integer({ description: 'Units suggested to order now' }),
        is_open: Type.Boolean({ description: 'Nothing is on its way, and nobody decided today' }),
        simulated: Simulated
      })
    )
  },
  { description: 'Products of class A first, of a class what runs out soonest' }
)

export const CoverAnswer = Type.Object(
  {
    ...Published,
    rows: Type.Array(
      Type.Object({
        band: Type.String(),
        products: Type.Integer(),
        units: Type.Number({ description: 'That can be sold' })
      })
    )
  },
  { description: 'Counted products by days of cover, the shortest first, also bands without any' }
)
