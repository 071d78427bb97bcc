import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Session } from 'chdb'
import { readStatement, unpackBody, type Statement } from './body.ts'
import { quote, quoteName, requireOneStatement, run, TAG_SETTING, type Engine } from './engine.ts'
import { notImplemented, WarehouseError } from './errors.ts'
import type { Queue } from './queue.ts'
import { compressReply, nameReply, summarise } from './reply.ts'
import { addToRequest, type Request } from './request.ts'
import { sendResult } from './result-pipe.ts'
import { readOutput } from './statement.ts'

export type Parts = { engine: Engine; queue: Queue; spoolDir: string }
type Exchange = { request: Request; message: IncomingMessage; response: ServerResponse }

/** Runs the statement of a request. Whatever it throws has not been answered yet. */
export async function answer(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, message } = exchange
  const body = unpackBody(message)
  if (isForm(message)) await readForm(request, message, body)
  const statement = await readStatement(request.query, body)
  if (statement.kind === 'insert') await insert(parts, exchange, statement)
  else await execute(parts, exchange, statement.sql)
}

/**
 * Rows go into a file that the engine reads, so that they are only ever data: the engine's own way to pass rows with
 * a statement takes what follows a blank line for the next statement.
 */
async function insert(
  { engine, queue, spoolDir }: Parts,
  { request, response }: Exchange,
  { text, head, data }: Extract<Statement, { kind: 'insert' }>
): Promise<void> {
  const file = join(spoolDir, `${crypto.randomUUID()}.rows`)
  try {
    await pipeline(data, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
    const source = ` FROM INFILE ${quote(file)} COMPRESSION 'none' `
    const part = (from: number, to: number) => text.subarray(from, to).toString('utf8')
    const sql = `${part(0, head.sourceAt)}${source}${part(head.sourceAt, head.formatAt)} FORMAT ${head.format}`
    const result = await queue.run(() =>
      withSession(engine, request, async (session) => {
        await requireOneStatement(engine, session, sql)
        await prepare(session, request)
        return run(session, sql).catch((error: unknown) => {
          // The sender knows no file.
          const message = error instanceof Error ? error.message : String(error)
          throw new Error(message.replaceAll(file, 'request body'), { cause: error })
        })
      })
    )
    nameReply(response, request, request.defaultFormat ?? 'TabSeparated')
    summarise(response, result, result.rowsRead)
    response.end()
  } finally {
    await rm(file, { force: true })
  }
}

async function execute(parts: Parts, exchange: Exchange, given: string): Promise<void> {
  const { engine, queue } = parts
  const sql = killByTag(given)
  // A request to stop another must not wait behind it.
  if (sql !== given)
    return withSession(engine, exchange.request, (session) => runWhole(parts, exchange, session, sql))
  await queue.run((slot) =>
    withSession(engine, exchange.request, (session) => runQuery(parts, exchange, session, sql, slot))
  )
}

async function runQuery(
  parts: Parts,
  exchange: Exchange,
  session: Session,
  sql: string,
  slot: number
): Promise<void> {
  const { engine, spoolDir } = parts
  const { request, message, response } = exchange
  const bytes = Buffer.from(sql)
  const output = readOutput(bytes.toString('latin1'))
  if (!output.query) return runWhole(parts, exchange, session, sql)
  await requireOneStatement(engine, session, sql)
  if (output.outfile) throw noOutfile()
  await prepare(session, request)
  const format = output.format ?? request.defaultFormat ?? 'TabSeparated'
  nameReply(response, request, format)
  const pipe = join(spoolDir, pipeName(slot))
  const target = ` INTO OUTFILE ${quote(pipe)} APPEND FORMAT ${format} `
  const written =
    bytes.toString('utf8', 0, output.outputAt) + target + bytes.toString('utf8', output.formatEnd)
  await sendResult(session, written, pipe, {
    response,
    compressor: compressReply(message, request, response),
    stopQuery: () => void engine.kill(request.queryId).catch(() => undefined)
  })
}

export const pipeName = (slot: number): string => `result-${slot}`

/** For statements with a small result or none. */
async function runWhole(
  { engine }: Parts,
  { request, message, response }: Exchange,
  session: Session,
  sql: string
): Promise<void> {
  await requireOneStatement(engine, session, sql)
  const output = readOutput(Buffer.from(sql).toString('latin1'))
  if (output.outfile) throw noOutfile()
  await prepare(session, request)
  const format = output.format ?? request.defaultFormat ?? 'TabSeparated'
  const result = await run(session, sql, format)
  nameReply(response, request, format)
  summarise(response, result, 0)
  const compressor = result.bytes().length > 0 ? compressReply(message, request, response) : undefined
  if (!compressor) {
    response.end(result.bytes())
    return
  }
  compressor.pipe(response)
  compressor.end(result.bytes())
}

async function withSession<T>(
  engine: Engine,
  request: Request,
  work: (session: Session) => Promise<T>
): Promise<T> {
  const session = engine.openSession(request.queryId)
  try {
    return await work(session)
  } finally {
    session.close()
  }
}

/** Makes the fresh connection the request's own; read-only comes last, because nothing can be set after it. */
async function prepare(session: Session, request: Request): Promise<void> {
  const settings = new Map([...request.settings, ...request.parameters])
  if (request.readOnly && !(Number(settings.get('readonly') ?? 0) > 0)) settings.set('readonly', '2')
  const readOnly = settings.get('readonly')
  // Values of parameters do not count towards the size of a statement, which the engine bounds.
  const bytes = request.parameters.reduce((sum, [, value]) => sum + 4 * value.length, 0)
  if (bytes > MAX_QUERY_SIZE) {
    await run(session, `SET max_query_size = ${MAX_QUERY_SIZE + bytes}`)
    settings.set('max_query_size', settings.get('max_query_size') ?? String(MAX_QUERY_SIZE))
  }
  settings.delete('readonly')
  const steps = []
  if (request.roles.length > 0) steps.push(`SET ROLE ${request.roles.map(quoteName).join(', ')}`)
  if (request.database !== undefined) steps.push(`USE ${quoteName(request.database)}`)
  if (settings.size > 0)
    steps.push(`SET ${[...settings].map(([name, value]) => `${name} = ${quote(value)}`).join(', ')}`)
  if (readOnly !== undefined) steps.push(`SET readonly = ${quote(readOnly)}`)
  if (steps.length > 0) await run(session, steps.join('; '))
}

/** The engine's default, in bytes. */
const MAX_QUERY_SIZE = 262_144

/** Query ids are kept in a setting, so stopping by id means looking there. */
function killByTag(sql: string): string {
  return sql.replace(
    /^(\s*KILL\s+QUERY\s+(?:ON\s+CLUSTER\s+\S+\s+)?WHERE\s+)query_id(\s*(?:=|IN)[^]*)$/i,
    `$1Settings['${TAG_SETTING}']$2`
  )
}

const isForm = (message: IncomingMessage): boolean =>
  message.headers['content-type']?.startsWith('multipart/form-data') ?? false

/** Clients send parameters that are too long for an address as a form. */
async function readForm(
  request: Request,
  message: IncomingMessage,
  body: AsyncIterable<Buffer>
): Promise<void> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > FORM_BYTES_MAX) throw notImplemented(`a form of more than ${FORM_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  const headers = { 'content-type': message.headers['content-type'] ?? '' }
  for (const [name, value] of await new Response(Buffer.concat(chunks), { headers }).formData()) {
    if (typeof value !== 'string')
      throw notImplemented('The embedded warehouse has no external tables (a file in a form)')
    addToRequest(request, name, value)
  }
}

const FORM_BYTES_MAX = 16 * 1024 ** 2

const noOutfile = (): WarehouseError =>
  new WarehouseError({ code: 358, name: 'INTO_OUTFILE_NOT_ALLOWED', message: 'INTO OUTFILE is not allowed' })
