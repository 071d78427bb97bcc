import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { ChdbResult, Session } from 'chdb'
import { syntaxError } from './errors.ts'

export type Engine = {
  /**
   * A connection of its own: nothing that is set on it is seen by another. It costs a third of a millisecond.
   * What runs on it carries the tag, with which `kill` finds it.
   */
  openSession(tag: string): Session
  /** How many statements the engine's own parser finds; 0 when the text does not parse. */
  countStatements(session: Session, sql: string): Promise<number>
  /** Stops the query that runs with this tag, if it does. */
  kill(tag: string): Promise<void>
  close(): void
}

/** Holds the tag of what runs, because the engine's own query ids cannot be chosen. */
export const TAG_SETTING = 'log_comment'

/**
 * The engine sizes its caches and pools for a large server. With these it stays near half a gigabyte under inserts, and
 * a statement that needs much more fails by itself instead of taking the process with it.
 */
const SERVER_ARGS = [
  '--max_server_memory_usage=1000000000',
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
const STATEMENT_ARGS = ['--async_insert=0', '--max_memory_usage=700000000']

/** Opens the data directory, which has one owner at a time; throws an error that says what is wrong. */
export function openEngine(directory: string): Engine {
  const { Session, classify } = loadEngine()
  const dataDir = resolve(directory)
  mkdirSync(dataDir, { recursive: true })
  const open = (args: readonly string[]): Session => new Session(dataDir, { connectionArgs: args })
  const anchor = openFirst(() => open(SERVER_ARGS), dataDir)
  return {
    openSession: (tag) => open([...STATEMENT_ARGS, `--${TAG_SETTING}=${tag}`]),
    async countStatements(session, sql) {
      const { statementCount } = await classify(session.connection, sql, null)
      return statementCount
    },
    async kill(tag) {
      const session = open([])
      try {
        await session.queryAsync(`KILL QUERY WHERE Settings['${TAG_SETTING}'] = ${quote(tag)} ASYNC`)
      } finally {
        session.close()
      }
    },
    close: () => anchor.close()
  }
}

/** Runs one statement and gives its whole result; for what has a small one. */
export function run(session: Session, sql: string, format = 'TabSeparated'): Promise<ChdbResult> {
  return session.queryAsync(sql, { format })
}

export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}

type Classify = (connection: unknown, sql: string, database: null) => Promise<{ statementCount: number }>

/** The classifier is an export of the addon that the package's entry does not pass on. */
function loadEngine(): { Session: typeof Session; classify: Classify } {
  const require = createRequire(import.meta.url)
  try {
    const { Session } = require('chdb') as typeof import('chdb')
    const loader = require(join(require.resolve('chdb'), '..', 'dist', 'loader.js')) as {
      loadNative(): { DurableClassifyAsync: Classify }
    }
    return { Session, classify: loader.loadNative().DurableClassifyAsync }
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new Error(
      `The embedded warehouse needs the npm package chdb, an optional dependency for Linux (x64, arm64; glibc) and macOS. ` +
        `Install it there, or set CLICKHOUSE_URL to a ClickHouse server. (${reason})`,
      { cause }
    )
  }
}

/** What is wrong the engine writes to standard error by itself; its error only says that something is. */
function openFirst(open: () => Session, dataDir: string): Session {
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

/** Refuses everything but exactly one statement, so that no text ever runs behind another. */
export async function requireOneStatement(engine: Engine, session: Session, sql: string): Promise<void> {
  const count = await engine.countStatements(session, sql)
  if (count === 1) return
  // Only parses, and tells where: a text that does not parse as a whole must never run in part.
  if (count === 0) await explainSyntax(session, sql)
  throw syntaxError(count === 0 ? 'Empty query' : 'Multi-statements are not allowed')
}

async function explainSyntax(session: Session, sql: string): Promise<void> {
  try {
    await run(session, `SELECT formatQuery(${quote(sql)})`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(message.replace(/: In scope SELECT formatQuery\([^]*/, ' (SYNTAX_ERROR)'), {
      cause: error
    })
  }
}
