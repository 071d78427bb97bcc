import { Type, type TSchema } from 'typebox'

/** Shapes that several routes answer with or ask for. */
export const ProductParams = Type.Object({
  product_id: Type.String({ minLength: 1, description: 'What is sold, stocked and priced' })
})

export const IdQuery = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]*$', description }))

/** A comma separates ids; one that contains a comma cannot be listed. */
export const IdListQuery = (description: string) =>
  Type.Optional(Type.String({ maxLength: 4_000, description }))
export const splitIds = (list: string | undefined) => (list ?? '').split(',').filter((id) => id !== '')

/** Of the shop's calendar. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' })

export const Limit = (bounds: { default: number; maximum: number }) =>
  Type.Integer({ minimum: 1, ...bounds, description: 'How many at most' })

export const Nullable = <Schema extends TSchema & { type: string }>(
  schema: Schema,
  options: { description?: string } = {}
) =>
  Type.Unsafe<Schema extends { type: 'string' } ? string | null : number | null>({
    ...schema,
    ...options,
    type: [schema.type, 'null']
  })

export const Money = Type.String({ description: 'A decimal amount as a string, for example "12.95"' })
export const Currency = Type.String({ description: 'ISO 4217' })
export const Simulated = Type.Array(Type.String(), {
  description: 'Which of the fields are invented by a simulation'
})

export const ProductAnswer = Type.Object({
  product_id: Type.String(),
  work_id: Type.String({ description: 'The work that the product is an edition of' }),
  title: Type.String(),
  format: Nullable(Type.String()),
  attributes: Type.Record(Type.String(), Type.String()),
  price: Nullable(Money, { description: 'Decimal string; null when the shop named none' }),
  currency: Currency,
  on_hand: Nullable(Type.Integer(), { description: 'Units; null when stock was never counted' }),
  recent_units: Type.Integer({ description: 'Units sold in the last 90 days of the data' }),
  simulated: Simulated
})
