import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadAddon, type Classified, type Result } from './addon.ts'
import { quote } from './quote.ts'

export type Engine = {
  /**
   * Runs `work` on a connection of its own: nothing that is set there is seen by others. It costs a third of a
   * millisecond. What runs on it carries the tag, with which `kill` finds it.
   */
  withConnection<T>(tag: string, work: (connection: Connection) => Promise<T>): Promise<T>
  /** The same for longer; `close` waits for what runs on it. */
  openConnection(tag: string): { connection: Connection; close(): Promise<void> }
  /** Stops what runs with this tag, if it does. */
  kill(tag: string): Promise<void>
  /** Nothing may be running. */
  close(): void
}

export type Connection = {
  /** Runs statements and gives the whole result, so it is for small ones. Each call is awaited before the next. */
  run(sql: string, format?: string): Promise<Result>
  /** How many statements the engine's own parser finds, and of what kind. */
  classify(sql: string): Promise<Classified>
}

/** Holds the tag of what runs, because the engine's own query ids cannot be chosen. */
export const TAG_SETTING = 'log_comment'

/**
 * The engine sizes its caches and pools for a large server. With these it stays near half a gigabyte under inserts, and
 * a statement that needs much more fails by itself instead of taking the process with it.
 */
const SERVER_ARGS = [
  '--max_server_memory_usage=900000000',
  '--mark_cache_size=67108864',
  '--index_mark_cache_size=16777216',
  '--primary_index_cache_size=67108864',
  '--query_condition_cache_size=16777216',
  '--compiled_expression_cache_size=16777216',
  '--background_pool_size=2',
  '--background_common_pool_size=2',
  '--background_schedule_pool_size=8'
]

/** What a statement gets that sets nothing else. The engine would gather small inserts by itself, token or not. */
const STATEMENT_ARGS = ['--async_insert=0', '--max_memory_usage=600000000']

/**
 * Opens the data directory, which has one owner at a time; throws an error that says what is wrong. The configuration
 * is a file that says which roles there are.
 */
export function openEngine(directory: string, configFile?: string): Engine {
  const addon = loadAddon()
  const dataDir = resolve(directory)
  mkdirSync(dataDir, { recursive: true })
  // Held until the end: without any connection the engine would close.
  const args = configFile === undefined ? SERVER_ARGS : [`--config-file=${configFile}`, ...SERVER_ARGS]
  const anchor = openFirst(() => addon.CreateConnection(dataDir, args), dataDir)

  function openConnection(tag: string): { connection: Connection; close(): Promise<void> } {
    // A zero byte would end the argument.
    const handle = addon.CreateConnection(dataDir, [
      ...STATEMENT_ARGS,
      `--${TAG_SETTING}=${tag.replaceAll('\0', '')}`
    ])
    const running = new Set<Promise<unknown>>()
    function track<Value>(query: Promise<Value>): Promise<Value> {
      running.add(query)
      // A session lives on, and must not hold the results of all that it ran.
      query.catch(() => undefined).finally(() => running.delete(query))
      return query
    }
    const connection: Connection = {
      run: (sql, format = 'TabSeparated') => track(addon.QueryAsyncConnection(handle, sql, format)),
      classify: (sql) => track(addon.DurableClassifyAsync(handle, sql, null))
    }
    return {
      connection,
      async close() {
        await Promise.allSettled(running)
        addon.CloseConnection(handle)
      }
    }
  }

  async function withConnection<T>(tag: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const { connection, close } = openConnection(tag)
    try {
      return await work(connection)
    } finally {
      await close()
    }
  }

  return {
    withConnection,
    openConnection,
    async kill(tag) {
      const sql = `KILL QUERY WHERE Settings['${TAG_SETTING}'] = ${quote(tag)} ASYNC`
      await withConnection('', (connection) => connection.run(sql))
    },
    close: () => addon.CloseConnection(anchor)
  }
}

/** What is wrong the engine writes to standard error by itself; its error only says that something is. */
function openFirst<Handle>(open: () => Handle, dataDir: string): Handle {
  try {
    return open()
  } catch (cause) {
    const owner = readOwner(dataDir)
    if (owner === undefined || !isRunning(owner)) {
      throw new Error(`the engine could not open the data directory ${dataDir}`, { cause })
    }
    throw new Error(`the data directory ${dataDir} is in use by another process (${owner})`, { cause })
  }
}

/** The engine writes its process id into the file that it locks. */
function readOwner(dataDir: string): number | undefined {
  const file = join(dataDir, 'status')
  if (!existsSync(file)) return undefined
  const owner = /PID: (\d+)/.exec(readFileSync(file, 'utf8'))?.[1]
  return owner === undefined ? undefined : Number(owner)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It runs, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
