import type { Connection } from './engine.ts'
import { quote, quoteName } from './quote.ts'
import type { Request } from './request.ts'

type Values = {
  settings: [name: string, value: string, changed: number][]
  database: string
  roles: string[]
}

/**
 * Remembers what the request will set for itself on a session's connection. What it gives back sets all of that as it
 * was, and answers whether it could. Values of parameters stay, because the engine cannot forget one.
 */
export async function keepSettings(
  connection: Connection,
  request: Request
): Promise<() => Promise<boolean>> {
  const setsNothing =
    request.database === undefined &&
    [request.settings, request.parameters, request.roles].every((list) => list.length === 0)
  if (setsNothing) return async () => true
  const before = await readValues(connection, request)
  return async () => {
    try {
      const restore = restoreAll(before, request)
      if (restore !== '') await connection.run(restore)
      return true
    } catch {
      // Then the session is closed: better none than one that has another's settings.
      return false
    }
  }
}

async function readValues(connection: Connection, request: Request): Promise<Values> {
  const names = [...request.settings.map(([name]) => name), 'max_query_size']
  const { bytes } = await connection.run(
    `SELECT groupArray((name, value, changed)), currentDatabase(), currentRoles()
     FROM system.settings WHERE name IN (${names.map(quote).join(', ')}) SETTINGS limit = 0, offset = 0`,
    'JSONCompactEachRow'
  )
  // The engine's own answer, to a query that is written here.
  const [settings, database, roles] = JSON.parse(Buffer.from(bytes).toString('utf8')) as [
    Values['settings'],
    string,
    string[]
  ]
  return { settings, database, roles }
}

function restoreAll({ settings, database, roles }: Values, request: Request): string {
  const sent = new Set(request.settings.map(([name]) => name))
  if (request.parameters.length > 0) sent.add('max_query_size')
  const assigned = settings
    .filter(([name]) => sent.has(name))
    .map(([name, value, changed]) => `${name} = ${changed ? quote(value) : 'DEFAULT'}`)
  const steps = assigned.length > 0 ? [`SET ${assigned.join(', ')}`] : []
  if (request.database !== undefined) steps.push(`USE ${quoteName(database)}`)
  if (request.roles.length > 0) steps.push(`SET ROLE ${roles.map(quoteName).join(', ') || 'NONE'}`)
  return steps.join('; ')
}
