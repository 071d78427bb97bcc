import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { readStatement, unpackBody, type Statement } from './body.ts'
import { TAG_SETTING, type Connection, type Engine } from './engine.ts'
import { WarehouseError } from './errors.ts'
import { withExternalTables } from './external-tables.ts'
import { isForm, readForm } from './form.ts'
import { isHello, sendHello } from './hello.ts'
import { insertRows } from './insert.ts'
import { readOnly } from './prepare-analyst.ts'
import type { Prepare } from './prepare.ts'
import type { Queue } from './queue.ts'
import { quote } from './quote.ts'
import { compressReply, nameReply, sendWhole, summarise } from './reply.ts'
import { isOn, type Request } from './request.ts'
import { sendResult } from './result-pipe.ts'
import { withoutSessions, type Connect, type Sessions } from './sessions.ts'
import { readOutput, type Output } from './statement.ts'

/** What answers requests of one kind of user. */
export type Parts = {
  engine: Engine
  queue: Queue
  spoolDir: string
  prepare: Prepare
  mayWrite: boolean
  /** Of a statement, or of a form with one; undefined: what anybody may send. */
  bodyBytesMax?: number
  /** Undefined: of a user who may leave nothing on a connection, neither a session nor a table sent with a statement. */
  sessions?: Sessions
}
export type Exchange = { request: Request; message: IncomingMessage; response: ServerResponse }

/** Runs the statement of a request. Whatever it throws has not been answered yet. */
export async function answer(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, message } = exchange
  const body = unpackBody(message, isOn(request, 'decompress'))
  if (isForm(message)) await readForm(request, message, body, parts.bodyBytesMax)
  const statement = await readStatement(request.query, body, parts.bodyBytesMax)
  if (statement.kind === 'statement' && isHello(request, statement.sql)) return sendHello(parts, exchange)
  const sessions = parts.sessions ?? withoutSessions(parts.engine)
  await sessions.use(request, (connect) => answerStatement(parts, exchange, statement, connect))
}

async function answerStatement(
  parts: Parts,
  exchange: Exchange,
  statement: Statement,
  connect: Connect
): Promise<void> {
  const { engine, queue, spoolDir } = parts
  const { request, response } = exchange
  if (statement.kind === 'insert') {
    if (!parts.mayWrite) throw readOnly('an analyst may not insert')
    const result = await insertRows(request, statement, spoolDir, (work) => queue.run(() => connect(work)))
    nameReply(response, request, request.defaultFormat ?? 'TabSeparated')
    summarise(response, result, result.rowsRead)
    response.end()
    return
  }
  const kill = parts.mayWrite ? killByTag(statement.sql) : undefined
  // What stops another statement must not wait behind it.
  if (kill !== undefined)
    await engine.withConnection('', async (connection) =>
      runWhole(connection, exchange, await parts.prepare(connection, request, kill))
    )
  else await runStatement(parts, exchange, statement.sql, connect)
}

/** Query ids are kept in a setting, so stopping by id means looking there. */
function killByTag(sql: string): string | undefined {
  const match = /^(\s*KILL\s+QUERY\s+WHERE\s+)query_id(\s*(?:=|IN)[^]*)$/i.exec(sql)
  return match ? `${match[1]}Settings['${TAG_SETTING}']${match[2]}` : undefined
}

async function runStatement(
  { engine, queue, spoolDir, prepare }: Parts,
  exchange: Exchange,
  asked: string,
  connect: Connect
): Promise<void> {
  const { request } = exchange
  await queue.run((slot) =>
    connect((connection) =>
      withExternalTables(connection, request, spoolDir, async () => {
        const sql = await prepare(connection, request, asked)
        const output = readOutput(Buffer.from(sql).toString('latin1'))
        if (!output.query) return runWhole(connection, exchange, sql)
        return runQuery(connection, exchange, {
          sql,
          output,
          pipe: join(spoolDir, pipeName(slot)),
          spoolDir: isOn(request, 'wait_end_of_query') ? spoolDir : undefined,
          stopQuery: () => void engine.kill(request.queryId).catch(() => undefined)
        })
      })
    )
  )
}

/** Every slot has a pipe of its own. */
export const pipeName = (slot: number): string => `result-${slot}`

type Query = {
  sql: string
  output: Output
  pipe: string
  spoolDir: string | undefined
  stopQuery: () => void
}

/** A query may have a result of any size, so it goes through the pipe. */
async function runQuery(
  connection: Connection,
  { request, message, response }: Exchange,
  { sql, output, pipe, spoolDir, stopQuery }: Query
): Promise<void> {
  const format = formatOf(output, request)
  nameReply(response, request, format)
  const bytes = Buffer.from(sql)
  const before = bytes.toString('utf8', 0, output.outputAt)
  const after = bytes.toString('utf8', output.formatEnd)
  const written = `${before} INTO OUTFILE ${quote(pipe)} APPEND FORMAT ${format} ${after}`
  const compressor = compressReply(message, request, response)
  await sendResult(() => connection.run(written), pipe, { response, compressor, spoolDir, stopQuery })
}

/** Other statements have a small result or none. */
async function runWhole(connection: Connection, exchange: Exchange, sql: string): Promise<void> {
  const { request, message, response } = exchange
  const format = formatOf(readOutput(Buffer.from(sql).toString('latin1')), request)
  const result = await connection.run(sql, format)
  nameReply(response, request, format)
  summarise(response, result, 0)
  sendWhole(response, compressReply(message, request, response), Buffer.from(result.bytes))
}

function formatOf(output: Output, request: Request): string {
  if (!output.outfile) return output.format ?? request.defaultFormat ?? 'TabSeparated'
  const message = 'INTO OUTFILE is not allowed'
  throw new WarehouseError({ code: 358, name: 'INTO_OUTFILE_NOT_ALLOWED', message })
}
