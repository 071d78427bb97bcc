import { Type, type Static } from 'typebox'

const Text = Type.String()
const Words = Type.String({ minLength: 1 })

/** What the warehouse holds, in words: made from it by `npm run docs`, served by the API. */
export const DictionarySchema = Type.Object({
  marts: Type.Array(
    Type.Object({
      name: Words,
      kind: Type.Enum(['table', 'view']),
      meaning: Words,
      /** What one row is, as a sentence; empty where `meaning` says it. */
      row: Text,
      columns: Type.Array(Type.Object({ name: Words, type: Words, meaning: Words }), { minItems: 1 })
    })
  ),
  figures: Type.Array(
    Type.Object({ name: Words, meaning: Words, unit: Words, by: Type.Array(Words), sql: Words })
  ),
  questions: Type.Array(Type.Object({ name: Words, question: Words, sql: Words }))
})
export type Dictionary = Static<typeof DictionarySchema>
