import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ExternalTable } from './external-tables.ts'
import { WarehouseError } from './errors.ts'

export type Credentials = { user: string; password: string }

/** What a request says besides its statement. */
export type Request = {
  path: string
  queryId: string
  /** The beginning of the statement, or all of it; the body goes on after it. */
  query: string
  database: string | undefined
  defaultFormat: string | undefined
  roles: string[]
  /** Of the engine, for this statement only. */
  settings: [name: string, value: string][]
  /** Values for `{name:Type}` in the statement. */
  parameters: [name: string, value: string][]
  /** As ClickHouse does, GET may only read. */
  readOnly: boolean
  /** What is for this server and not for the engine. */
  options: Map<string, string>
  /** That came in a form. */
  externalTables: ExternalTable[]
}

/** Reads the address and the headers; throws on what this server does not have, instead of leaving it out. */
export function readRequest(message: IncomingMessage): Request {
  const url = new URL(message.url ?? '/', 'http://warehouse')
  const request: Request = {
    path: url.pathname,
    queryId: headerOf(message, 'x-clickhouse-query-id') ?? '',
    query: '',
    database: headerOf(message, 'x-clickhouse-database'),
    defaultFormat: checkFormat(headerOf(message, 'x-clickhouse-format')),
    roles: [],
    settings: [],
    parameters: [],
    readOnly: message.method === 'GET' || message.method === 'HEAD',
    options: new Map(),
    externalTables: []
  }
  for (const [name, value] of url.searchParams) addToRequest(request, name, value)
  request.queryId ||= randomUUID()
  return request
}

export function addToRequest(request: Request, name: string, value: string): void {
  if (name === 'query') request.query += value
  else if (name === 'query_id') request.queryId = value
  else if (name === 'database') request.database = value || undefined
  else if (name === 'default_format') request.defaultFormat = checkFormat(value)
  else if (name === 'role') request.roles.push(value)
  else if (name.startsWith('param_')) request.parameters.push([checkName(name), value])
  else if (OPTIONS.has(name)) request.options.set(name, value)
  else request.settings.push([checkName(name), value])
}

/** Whether an option that is a switch is on. */
export function isOn(request: Request, name: string): boolean {
  return !['0', 'false', ''].includes(request.options.get(name) ?? '')
}

/**
 * Whose user and password the request carries; throws when nobody's. It takes the same time wherever a comparison fails,
 * and whoever's it is.
 */
export function authenticate(message: IncomingMessage, users: readonly Credentials[]): Credentials {
  const given = readCredentials(message)
  const [found] = users.filter((user) => {
    const userFits = equalInConstantTime(given.user, user.user)
    const passwordFits = equalInConstantTime(given.password, user.password)
    return userFits && passwordFits
  })
  if (found) return found
  throw new WarehouseError({
    code: 516,
    name: 'AUTHENTICATION_FAILED',
    message: `${given.user}: Authentication failed: password is incorrect, or there is no user with such name.`
  })
}

function readCredentials(message: IncomingMessage): Credentials {
  const user = headerOf(message, 'x-clickhouse-user')
  const key = headerOf(message, 'x-clickhouse-key')
  if (user !== undefined || key !== undefined) return { user: user ?? 'default', password: key ?? '' }
  const basic = /^Basic (.+)$/i.exec(message.headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [name = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { user: name, password: rest.join(':') }
  }
  const { searchParams } = new URL(message.url ?? '/', 'http://warehouse')
  return { user: searchParams.get('user') ?? 'default', password: searchParams.get('password') ?? '' }
}

function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

/** Of one length, as the comparison needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function headerOf(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Names go into SQL as they are. */
function checkName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  throw new WarehouseError({ code: 115, name: 'UNKNOWN_SETTING', message: `Unknown setting '${name}'` })
}

function checkFormat(format: string | undefined): string | undefined {
  if (format === undefined || format === '') return undefined
  if (/^[A-Za-z]\w*$/.test(format)) return format
  throw new WarehouseError({ code: 73, name: 'UNKNOWN_FORMAT', message: `Unknown format ${format}` })
}

/** Read by other code, or without a meaning here. */
const OPTIONS = new Set([
  'user',
  'password',
  'quota_key',
  'compress',
  'decompress',
  'buffer_size',
  'wait_end_of_query',
  'stacktrace',
  'session_id',
  'close_session',
  'session_check',
  'session_timeout',
  'client_protocol_version'
])
