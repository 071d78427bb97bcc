import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FRUGAL } from './frugal.ts'
import { THREADS } from './warehouse/threads.ts'

export type WarehouseProcess = {
  url: string
  user: string
  password: string
  pid: number
  /** Resolves when the process ends, for whatever reason. */
  ended: Promise<void>
  /** Rows that were acknowledged are safe however it ends. */
  close(): Promise<void>
}

/**
 * Starts the embedded warehouse as a child process and resolves when it answers a query. It ends with this process,
 * however that ends. Rejects with what the child said when it cannot start. Without a password it gets a random one.
 */
export async function startWarehouse(options: {
  dataDir: string
  port?: number
  user?: string
  password?: string
  /** As the setting ANALYSTS has them. */
  analysts?: string
  log?: (line: string) => void
}): Promise<WarehouseProcess> {
  const user = options.user ?? 'default'
  const password = options.password ?? randomBytes(16).toString('hex')
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('warehouse.ts', import.meta.url)), '--with-parent'],
    {
      // The pipe to its standard input is how the child notices our end.
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C reaches the parent only, which stops those who still write before it stops this.
      detached: true,
      env: {
        ...FRUGAL,
        ...process.env,
        TZ: 'UTC',
        UV_THREADPOOL_SIZE: THREADS,
        WAREHOUSE_DIR: options.dataDir,
        WAREHOUSE_PORT: String(options.port ?? 0),
        CLICKHOUSE_USER: user,
        CLICKHOUSE_PASSWORD: password,
        ANALYSTS: options.analysts ?? ''
      }
    }
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const close = (): Promise<void> => stop(child)
  try {
    const url = await readUrl(child, options.log ?? (() => undefined))
    await selectOne(url, user, password)
    return { url, user, password, pid: child.pid ?? 0, ended, close }
  } catch (error) {
    await close()
    throw error
  }
}

const START_MS_MAX = 30_000
const STOP_MS_MAX = 5_000

/** The child tells its address on standard output; what it says on the other is why it died. */
function readUrl(child: ChildProcess, log: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    const timer = setTimeout(() => reject(new Error('the warehouse did not start in time')), START_MS_MAX)
    if (child.stdout) {
      createInterface(child.stdout).on('line', (line) => {
        const url = LISTENING.exec(line)?.[1]
        if (url === undefined) log(line)
        else resolve(url)
      })
    }
    if (child.stderr) {
      createInterface(child.stderr).on('line', (line) => {
        log(line)
        if (said.length < SAID_LINES_MAX) said.push(line)
      })
    }
    child.once('error', reject)
    // Not 'exit': its last words may still be on the way then.
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(said.join('\n') || `the warehouse ended (${code ?? signal ?? 'unknown'})`))
    })
    timer.unref()
  })
}

const LISTENING = /^\{"listening":"(http:[^"]+)"\}$/
const SAID_LINES_MAX = 20

async function selectOne(url: string, user: string, password: string): Promise<void> {
  const response = await fetch(`${url}/?query=SELECT%201`, {
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
    signal: AbortSignal.timeout(START_MS_MAX)
  })
  const text = await response.text()
  if (text !== '1\n') throw new Error(`the warehouse answered ${response.status}: ${text}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = once(child, 'close')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(timer)
}
