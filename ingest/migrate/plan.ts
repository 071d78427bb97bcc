import { hash } from 'node:crypto'

export type Migration = { name: string; statements: string[] }
/** A statement that was applied. */
export type Note = { name: string; statement: number; checksum: string; is_last: boolean }
export type Step = Note & { query: string; is_applied: boolean }

/** What waiting does not mend: the warehouse has another schema than this version can bring it to. */
export class SchemaError extends Error {}

/**
 * Every statement in order, with those that are applied. A file that was applied in part may have been changed behind
 * that part: so a statement that failed can be put right.
 */
export function planMigrations(migrations: readonly Migration[], notes: readonly Note[]): Step[] {
  refuseNewer(migrations, notes)
  const noted = new Map(notes.map((note) => [placeOf(note), note]))
  return migrations.flatMap(({ name, statements }) => {
    const mine = notes.filter((note) => note.name === name)
    const isWhole = mine.some(({ is_last }) => is_last)
    if (mine.length > statements.length || (isWhole && mine.length < statements.length)) throw changed(name)
    return statements.map((query, i) => {
      const statement = i + 1
      const checksum = hash('sha256', query)
      const known = noted.get(placeOf({ name, statement }))
      if (known && known.checksum !== checksum) throw changed(name, statement)
      return {
        name,
        statement,
        checksum,
        is_last: statement === statements.length,
        query,
        is_applied: known !== undefined
      }
    })
  })
}

function refuseNewer(migrations: readonly Migration[], notes: readonly Note[]): void {
  const known = new Set(migrations.map(({ name }) => name))
  const newer = [...new Set(notes.map(({ name }) => name))].filter((name) => !known.has(name))
  if (newer.length === 0) return
  throw new SchemaError(
    `the warehouse was brought to a newer schema: this version does not know ${newer.join(', ')}. Start the version that applied ${newer.length === 1 ? 'it' : 'them'}, or a later one.`
  )
}

function changed(name: string, statement?: number): SchemaError {
  const where = statement === undefined ? '' : ` (statement ${statement})`
  return new SchemaError(
    `${name} was changed after it was applied${where}, or SHOP_TIME_ZONE was. Put the file back as it was and the change into a new file; to change the zone, start with an empty warehouse.`
  )
}

const placeOf = ({ name, statement }: Pick<Note, 'name' | 'statement'>) => `${name} ${statement}`
