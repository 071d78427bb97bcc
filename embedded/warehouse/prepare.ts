import type { Classified } from './addon.ts'
import { TAG_SETTING, type Connection } from './engine.ts'
import { syntaxError } from './errors.ts'
import { quote, quoteName } from './quote.ts'
import { checkReadOnly, isInSession, leaveToSession } from './sessions.ts'
import type { Request } from './request.ts'

/** Makes a connection the request's own and gives the statement to run; throws when it must not run. */
export type Prepare = (connection: Connection, request: Request, sql: string) => Promise<string>

/**
 * Refuses a text that is not exactly one statement, so that none ever runs behind another, and then makes the
 * connection the request's own.
 */
export async function prepare(connection: Connection, request: Request, sql: string): Promise<string> {
  await requireOneStatement(connection, sql)
  const { parameters, roles, database } = request
  const settings = new Map([...request.settings, ...parameters])
  const readOnly = readOnlyLevel(request, settings.get('readonly'))
  settings.delete('readonly')
  if (isInSession(request)) {
    checkReadOnly(sql, readOnly)
    if (leaveToSession(request, sql)) return sql
    settings.set(TAG_SETTING, request.queryId)
  }
  // Values of parameters do not count towards the size of a statement, which the engine bounds.
  const parameterBytes = parameters.reduce((sum, [, value]) => sum + 4 * value.length, 0)
  if (parameterBytes > QUERY_SIZE_MAX) {
    await connection.run(`SET max_query_size = ${QUERY_SIZE_MAX + parameterBytes}`)
    settings.set('max_query_size', settings.get('max_query_size') ?? String(QUERY_SIZE_MAX))
  }
  const steps = []
  if (roles.length > 0) steps.push(`SET ROLE ${roles.map(quoteName).join(', ')}`)
  if (database !== undefined) steps.push(`USE ${quoteName(database)}`)
  if (settings.size > 0) steps.push(`SET ${[...settings].map(assign).join(', ')}`)
  // Last, because nothing can be set after it; which is why a session's connection never gets it.
  if (readOnly !== undefined && !isInSession(request)) steps.push(`SET readonly = ${quote(readOnly)}`)
  if (steps.length > 0) await connection.run(steps.join('; '))
  return sql
}

/** The engine's default, in bytes. */
export const QUERY_SIZE_MAX = 262_144

export const assign = ([name, value]: [string, string]): string => `${name} = ${quote(value)}`

/** GET may only read, though it may set; nobody gets more by asking. */
function readOnlyLevel(request: Request, asked: string | undefined): string | undefined {
  return request.readOnly && (asked === undefined || asked === '0') ? '2' : asked
}

/** Throws unless it is exactly one statement; gives what kind of statement it is. */
export async function requireOneStatement(connection: Connection, sql: string): Promise<Classified> {
  const classified = await connection.classify(sql)
  const { statementCount: count } = classified
  if (count === 1) return classified
  // A text that does not parse as a whole must not run in part, so it is only parsed again, to hear where it fails.
  if (count === 0) await explainSyntax(connection, sql)
  throw syntaxError(count === 0 ? 'Empty query' : 'Multi-statements are not allowed')
}

async function explainSyntax(connection: Connection, sql: string): Promise<void> {
  try {
    await connection.run(`SELECT formatQuery(${quote(sql)})`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(message.replace(/: In scope SELECT formatQuery\([^]*/, ' (SYNTAX_ERROR)'), {
      cause: error
    })
  }
}
