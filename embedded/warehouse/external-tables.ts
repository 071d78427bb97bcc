import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from './engine.ts'
import { syntaxError } from './errors.ts'
import { quote, quoteName } from './quote.ts'
import type { Request } from './request.ts'
import { isInSession } from './sessions.ts'
import { tokens } from './tokens.ts'

/** A table that comes in a form beside the statement, which may read it like any other. */
export type ExternalTable = { name: string; structure: string; format: string; rows: Uint8Array }

/** Takes what a form says of this table out of the request: `NAME_structure` (or `NAME_types`) and `NAME_format`. */
export function readExternalTable(request: Request, name: string, rows: Uint8Array): ExternalTable {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw syntaxError(`an external table cannot be called '${name}'`)
  const structure = take(request, `${name}_structure`) ?? fromTypes(take(request, `${name}_types`))
  if (structure === undefined) throw syntaxError(`the form has no ${name}_structure and no ${name}_types`)
  const format = take(request, `${name}_format`) ?? 'TabSeparated'
  if (!/^[A-Za-z]\w*$/.test(format)) throw syntaxError(`${name}_format is no name of a format`)
  return { name, structure: checkStructure(structure), format, rows }
}

function take(request: Request, name: string): string | undefined {
  const at = request.settings.findIndex(([setting]) => setting === name)
  return at === -1 ? undefined : request.settings.splice(at, 1)[0]?.[1]
}

const fromTypes = (types: string | undefined): string | undefined =>
  types &&
  splitColumns(types)
    .map((type, index) => `_${index + 1} ${type}`)
    .join(', ')

/** Only names and types: a default value would be an expression that nobody has looked at. */
function checkStructure(structure: string): string {
  const columns = splitColumns(structure).map((column) => {
    const [name, ...type] = [...tokens(column)]
    const [first, open] = type
    const closed = open === undefined || (open.text === '(' && type.at(-1)?.text === ')')
    const nested = type.slice(2, -1).every((token) => token.depth > 0)
    if (!name || !first?.word || !closed || !nested)
      throw syntaxError(`a column of an external table is a name and a type, which '${column}' is not`)
    const plain = name.word ? quoteName(name.text) : name.text
    return `${plain} ${column.slice(first.start)}`
  })
  return Buffer.from(columns.join(', '), 'latin1').toString('utf8')
}

/** At commas outside of brackets; in latin1, as `tokens` wants it. */
function splitColumns(text: string): string[] {
  const latin1 = Buffer.from(text).toString('latin1')
  const columns = []
  let start = 0
  for (const token of tokens(latin1)) {
    if (token.depth !== 0 || token.text !== ',') continue
    columns.push(latin1.slice(start, token.start))
    start = token.end
  }
  return [...columns, latin1.slice(start)]
}

/**
 * Runs `work` while the tables are there, as temporary ones of the connection. They are made before the request's own
 * settings, which may only let it read; those of a session are dropped again.
 */
export async function withExternalTables<T>(
  connection: Connection,
  request: Request,
  spoolDir: string,
  work: () => Promise<T>
): Promise<T> {
  const made: string[] = []
  try {
    for (const { name, structure, format, rows } of request.externalTables) {
      await connection.run(`CREATE TEMPORARY TABLE ${quoteName(name)} (${structure})`)
      made.push(name)
      const file = join(spoolDir, `${crypto.randomUUID()}.rows`)
      try {
        await writeFile(file, rows, { flag: 'wx', mode: 0o600 })
        await connection.run(
          `INSERT INTO ${quoteName(name)} FROM INFILE ${quote(file)} COMPRESSION 'none' FORMAT ${format}`
        )
      } finally {
        await rm(file, { force: true })
      }
    }
    return await work()
  } finally {
    for (const name of isInSession(request) ? made : [])
      await connection.run(`DROP TEMPORARY TABLE IF EXISTS ${quoteName(name)}`)
  }
}
