import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ANALYST_LIMITS } from '../models/contracts/analyst-limits.ts'
import { parseAnalysts } from '../models/contracts/analysts.ts'
import { writeRoles } from './warehouse/analyst-role.ts'
import { openAnalysts, type Analysts } from './warehouse/analysts.ts'
import { answer, pipeName, type Parts } from './warehouse/answer.ts'
import { openEngine } from './warehouse/engine.ts'
import { WarehouseError } from './warehouse/errors.ts'
import { prepare } from './warehouse/prepare.ts'
import { createQueue } from './warehouse/queue.ts'
import { sendError } from './warehouse/reply.ts'
import { authenticate, isOn, readRequest, type Credentials } from './warehouse/request.ts'
import { trackResponses } from './warehouse/responses.ts'
import { createSessions } from './warehouse/sessions.ts'
import { RUNNING_MAX, THREADS } from './warehouse/threads.ts'

/** More than analysts may hold, so that they cannot keep the pipeline out. */
const CONNECTIONS_MAX = 512

type Options = { dataDir: string; port: number; analysts?: readonly Credentials[] } & Credentials
type Served = {
  writer: Credentials
  analystUsers: readonly Credentials[]
  parts: Parts
  analysts: Analysts | undefined
}

export type Warehouse = { url: string; close(): Promise<{ stillRunning: number }> }

/**
 * Serves a data directory over ClickHouse's HTTP interface, on this machine only. One engine per process, and never in a
 * worker thread, whose end would block every other: so this is a process of its own (`start-warehouse.ts` starts it).
 */
export async function serveWarehouse(options: Options): Promise<Warehouse> {
  const { analysts: analystUsers = [] } = options
  const hasAnalysts = analystUsers.length > 0
  const engine = openEngine(
    join(options.dataDir, 'engine'),
    hasAnalysts ? writeRoles(options.dataDir) : undefined
  )
  const sessions = createSessions(engine)
  const spoolDir = makeSpool(options.dataDir)
  const parts: Parts = {
    engine,
    sessions,
    queue: createQueue({ slots: RUNNING_MAX, waitingMax: 200, waitMsMax: 30_000 }),
    spoolDir,
    prepare,
    mayWrite: true
  }
  const analysts = hasAnalysts ? await openAnalysts(engine, { limits: ANALYST_LIMITS, spoolDir }) : undefined
  const served = { writer: options, analystUsers, parts, analysts }
  const responses = trackResponses()
  const server = createServer(
    // Clients put statements and parameters into the address.
    { maxHeaderSize: 1024 ** 2, headersTimeout: 10_000, requestTimeout: 300_000, keepAliveTimeout: 10_000 },
    (message, response) => {
      responses.add(response)
      void respond(served, message, response)
    }
  )
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      await responses.finish(STOP_MS)
      const running = await Promise.all([parts.queue.drain(SETTLE_MS), analysts?.drain(SETTLE_MS) ?? 0])
      const stillRunning = running[0] + running[1]
      server.closeAllConnections()
      if (stillRunning === 0) {
        await sessions.close()
        engine.close()
      }
      return { stillRunning }
    }
  }
}

/** Together less than what a supervisor waits before it kills. */
const STOP_MS = 3_000
const SETTLE_MS = 500

async function respond(
  { writer, analystUsers, parts, analysts }: Served,
  message: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  try {
    const request = readRequest(message)
    if (['/ping', '/replicas_status'].includes(request.path) || isGreeting(message)) {
      response.setHeader('Content-Type', 'text/html; charset=UTF-8')
      response.end('Ok.\n')
      return
    }
    response.setHeader('X-ClickHouse-Query-Id', request.queryId)
    const user = authenticate(message, [writer, ...analystUsers])
    const own = user === writer ? parts : analysts?.partsFor(message, response)
    if (!own) throw new Error('an analyst without what answers analysts')
    if (!METHODS.includes(message.method ?? '')) throw noMethod(message.method ?? '')
    if (request.path !== '/' && request.path !== '/query') throw noHandler(request.path)
    try {
      await answer(own, { request, message, response })
    } catch (error) {
      if (response.headersSent) throw error
      sendError(response, error, isOn(request, 'compress'))
    }
  } catch (error) {
    if (response.headersSent) response.destroy()
    else sendError(response, error)
  }
}

const METHODS = ['GET', 'HEAD', 'POST']

const isGreeting = (message: IncomingMessage): boolean =>
  (message.method === 'GET' || message.method === 'HEAD') && message.url === '/'

const noHandler = (path: string): WarehouseError =>
  new WarehouseError({ code: 392, name: 'UNKNOWN_PATH', message: `There is no handle ${path}`, status: 404 })

const noMethod = (method: string): WarehouseError =>
  new WarehouseError({ code: 48, name: 'NOT_IMPLEMENTED', message: `HTTP method ${method}`, status: 405 })

/** Files of requests under way; what a crash left there is of no use to anyone. */
function makeSpool(dataDir: string): string {
  const spoolDir = join(dataDir, 'spool')
  rmSync(spoolDir, { recursive: true, force: true })
  mkdirSync(spoolDir, { recursive: true, mode: 0o700 })
  const pipes = Array.from({ length: RUNNING_MAX }, (_, slot) => join(spoolDir, pipeName(slot)))
  // Node has no call for it.
  execFileSync('mkfifo', pipes)
  return spoolDir
}

function readAnalysts(text = ''): Credentials[] {
  if (text === '') return []
  const parsed = parseAnalysts(text)
  if (!parsed.ok) throw new Error(`ANALYSTS: ${parsed.reason}`)
  return parsed.analysts.map(({ name, password }) => ({ user: name, password }))
}

if (import.meta.main) {
  process.env['TZ'] = 'UTC'
  process.env['UV_THREADPOOL_SIZE'] ??= THREADS
  try {
    const warehouse = await serveWarehouse({
      dataDir: process.env['WAREHOUSE_DIR'] ?? '.data/warehouse',
      port: Number(process.env['WAREHOUSE_PORT'] ?? 8123),
      user: process.env['CLICKHOUSE_USER'] ?? 'default',
      password: process.env['CLICKHOUSE_PASSWORD'] ?? '',
      analysts: readAnalysts(process.env['ANALYSTS'])
    })
    const stop = async (watched: boolean): Promise<void> => {
      const { stillRunning } = await warehouse.close()
      // An orderly exit waits for the engine, for ever if need be. What it has acknowledged survives a kill.
      if (watched && stillRunning === 0) process.exit(0)
      process.kill(process.pid, 'SIGKILL')
    }
    process.once('SIGTERM', () => void stop(true))
    if (process.argv.includes('--with-parent')) {
      // Ctrl-C reaches every process of a terminal; the parent still needs us then, and ends us when it is done.
      process.on('SIGINT', () => undefined)
      // Its end is ours: nobody would be left to end us, and the directory would stay locked.
      process.stdin.once('end', () => void stop(false)).resume()
    } else process.once('SIGINT', () => void stop(true))
    process.stdout.write(`${JSON.stringify({ listening: warehouse.url })}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
