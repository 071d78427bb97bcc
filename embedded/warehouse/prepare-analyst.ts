import type { AnalystLimits } from '../../models/contracts/analyst-limits.ts'
import { settingsOfAnalyst } from '../../models/contracts/analyst-settings.ts'
import { ANALYST_DATABASE, SCHEMA_DATABASES } from '../../models/contracts/analysts.ts'
import type { AllowList } from './allow-list.ts'
import { ANALYST_ROLE } from './analyst-role.ts'
import { findForbidden } from './check-tree.ts'
import type { Connection } from './engine.ts'
import { syntaxError, WarehouseError } from './errors.ts'
import { assign, QUERY_SIZE_MAX, requireOneStatement } from './prepare.ts'
import { quote, quoteName } from './quote.ts'
import type { Request } from './request.ts'
import { readTree } from './syntax-tree.ts'

export type AnalystRules = { limits: AnalystLimits; allowList: AllowList }

/**
 * Makes the connection an analyst's, and gives the statement to run; throws unless it only reads, and only what
 * analysts may. Each step is a guard of its own, because none is enough by itself: the classifier, which must come
 * first, since `EXPLAIN … INTO OUTFILE` writes; the role; the limits; readonly, after which nothing can be set; and the
 * walk over the syntax tree. What runs is the engine's own rendering of the statement, because what is found in that,
 * without comments and with plain quotes, is what the engine will find there.
 */
export async function prepareAnalyst(
  connection: Connection,
  request: Request,
  sql: string,
  { limits, allowList }: AnalystRules
): Promise<string> {
  requireSmall(request, sql, limits.statement_bytes)
  if (request.roles.length > 0) throw denied('role')
  const { queryClass } = await requireOneStatement(connection, sql)
  if (queryClass !== READS) throw readOnly('an analyst may only read')
  const settings = settingsOfAnalyst(request.settings, limits)
  if (!settings.ok) throw constraint(settings.name, settings.reason)
  const steps = [
    `SET ROLE ${ANALYST_ROLE}`,
    `USE ${quoteName(databaseOf(request))}`,
    `SET ${[...settings.settings, ...NO_DISK, ...request.parameters].map(assign).join(', ')}`,
    'SET readonly = 1',
    `SELECT formatQuerySingleLine(${quote(sql)})`
  ].join('; ')
  // The engine bounds what it is handed at once, and looks at its bound before the first of the steps.
  if (steps.length > QUERY_SIZE_MAX / 4) {
    await connection.run(`SET max_query_size = ${Math.max(QUERY_SIZE_MAX, 4 * steps.length)}`)
  }
  const statement = (await textOf(connection, steps)).slice(0, -1)
  const tree = readTree(await textOf(connection, `EXPLAIN AST ${statement}`))
  const forbidden = findForbidden(tree, statement, allowList)
  if (forbidden !== undefined) throw denied(forbidden)
  return statement
}

/** The engine's number for what neither writes nor defines nor controls. */
const READS = 0

/** What does not fit into the memory fails; by itself the engine would go on in files, of any size. */
const NO_DISK: [string, string][] = [
  ['max_bytes_before_external_group_by', '0'],
  ['max_bytes_before_external_sort', '0'],
  ['max_bytes_ratio_before_external_group_by', '0'],
  ['max_bytes_ratio_before_external_sort', '0'],
  ['max_temporary_data_on_disk_size_for_query', '1']
]

/** In `system`, a name without a database would mean a table that the walk did not see. */
function databaseOf({ database = ANALYST_DATABASE }: Request): string {
  if ([ANALYST_DATABASE, 'default', ...SCHEMA_DATABASES].includes(database)) return database
  throw denied(`the database ${database}`)
}

/** A zero byte would end the text for a part of the engine. */
function requireSmall({ parameters }: Request, sql: string, bytesMax: number): void {
  const texts = [sql, ...parameters.map(([, value]) => value)]
  if (texts.some((text) => text.includes('\0'))) throw syntaxError('a zero byte')
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes <= bytesMax) return
  const message = `the statement and its parameters are larger than ${bytesMax} bytes`
  throw new WarehouseError({ code: 62, name: 'SYNTAX_ERROR', message, status: 413 })
}

async function textOf(connection: Connection, sql: string): Promise<string> {
  return Buffer.from((await connection.run(sql, 'TSVRaw')).bytes).toString('utf8')
}

const denied = (what: string): WarehouseError =>
  new WarehouseError({
    code: 497,
    name: 'ACCESS_DENIED',
    message: `Not enough privileges: analysts may not use ${what}`
  })

export const readOnly = (message: string): WarehouseError =>
  new WarehouseError({
    code: 164,
    name: 'READONLY',
    message: `Cannot execute query in readonly mode: ${message}`
  })

const constraint = (name: string, reason: string): WarehouseError =>
  new WarehouseError({
    code: 452,
    name: 'SETTING_CONSTRAINT_VIOLATION',
    message: `Setting ${name} ${reason}`
  })
