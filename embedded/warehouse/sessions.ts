import type { Connection, Engine } from './engine.ts'
import { notImplemented, WarehouseError } from './errors.ts'
import type { Request } from './request.ts'
import { keepSettings } from './session-settings.ts'
import { readOutput } from './statement.ts'
import { isWord, tokens, type Token } from './tokens.ts'

/** Runs work on the connection of a request: a new one, or that of its session. */
export type Connect = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>

export type Sessions = {
  /** A request with a `session_id` holds that session until `work` has ended; no other may use it meanwhile. */
  use<T>(request: Request, work: (connect: Connect) => Promise<T>): Promise<T>
  /** No request may be under way. */
  close(): Promise<void>
}

/** For those who may leave nothing on a connection. A form can ask for a session too, so it is refused here, where all meet. */
export function withoutSessions(engine: Engine): Pick<Sessions, 'use'> {
  return {
    async use(request, work) {
      if (isInSession(request)) throw notImplemented('This user has no sessions (session_id)')
      if (request.externalTables.length > 0)
        throw notImplemented('This user cannot send tables with a statement')
      return work((inner) => engine.withConnection(request.queryId, inner))
    }
  }
}

/** Each holds a connection and what is in its temporary tables. */
const SESSIONS_MAX = 200
const TIMEOUT_S = 60
const TIMEOUT_S_MAX = 3_600
/** A client sends its next request as soon as it has read the answer, a moment before the session is free again. */
const LOCKED_MS_MAX = 100

type Session = {
  connection: Connection
  close(): Promise<void>
  free: Promise<void> | undefined
  timer: NodeJS.Timeout | undefined
}

/** What one connection keeps from request to request: settings, the database and temporary tables. */
export function createSessions(engine: Engine): Sessions {
  const sessions = new Map<string, Session>()

  async function take(request: Request, id: string): Promise<Session> {
    const timeoutS = readTimeout(request)
    const found = sessions.get(id)
    if (found?.free) await waitFor(found.free)
    // Others may have waited for the same.
    const session = sessions.get(id) ?? create(request, id)
    if (session.free) throw locked(id)
    clearTimeout(session.timer)
    const { promise, resolve } = Promise.withResolvers<void>()
    session.free = promise
    release.set(session, (closed) => {
      session.free = undefined
      if (closed) sessions.delete(id)
      else session.timer = setTimeout(() => void end(id, session), timeoutS * 1_000).unref()
      resolve()
    })
    return session
  }
  const release = new WeakMap<Session, (closed: boolean) => void>()

  function create(request: Request, id: string): Session {
    if (request.options.get('session_check') === '1') throw notFound(id)
    if (sessions.size >= SESSIONS_MAX) throw tooMany()
    const session = { ...engine.openConnection(request.queryId), free: undefined, timer: undefined }
    sessions.set(id, session)
    return session
  }

  async function end(id: string, session: Session): Promise<void> {
    sessions.delete(id)
    await session.close()
  }

  return {
    async use(request, work) {
      const id = request.options.get('session_id')
      if (!id) return work((inner) => engine.withConnection(request.queryId, inner))
      const session = await take(request, id)
      let broken = false
      try {
        return await work(async (inner) => {
          const restore = await keepSettings(session.connection, request)
          try {
            return await inner(session.connection)
          } finally {
            broken = !(await restore())
          }
        })
      } finally {
        const closed = broken || request.options.get('close_session') === '1'
        release.get(session)?.(closed)
        if (closed) await session.close()
      }
    },
    async close() {
      for (const [id, session] of sessions) {
        clearTimeout(session.timer)
        await end(id, session)
      }
    }
  }
}

async function waitFor(free: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, LOCKED_MS_MAX)
  await Promise.race([free, promise])
  clearTimeout(timer)
}

function readTimeout(request: Request): number {
  const given = request.options.get('session_timeout')
  if (given === undefined || given === '') return TIMEOUT_S
  const seconds = /^\d{1,9}$/.test(given) ? Number(given) : undefined
  if (seconds !== undefined && seconds <= TIMEOUT_S_MAX) return seconds
  throw new WarehouseError({
    code: 374,
    name: 'INVALID_SESSION_TIMEOUT',
    message: `Session timeout '${given}' is not a number of seconds up to ${TIMEOUT_S_MAX}`
  })
}

export const isInSession = (request: Request): boolean => Boolean(request.options.get('session_id'))

/**
 * What a statement sets for its session must neither meet the settings of its request nor be undone with them: they are
 * left out. Answers whether it is such a statement.
 */
export function leaveToSession(request: Request, sql: string): boolean {
  if (!setsSession(sql)) return false
  request.database = undefined
  request.settings = []
  request.parameters = []
  request.roles = []
  return true
}

const setsSession = (sql: string): boolean => isWord(firstWord(sql), 'SET', 'USE')

/**
 * The engine cannot take `readonly` back, so in a session it is the statement's first word that decides what reads.
 * The engine enforces it everywhere else.
 */
export function checkReadOnly(sql: string, level: string | undefined): void {
  if (level === undefined || level === '0') return
  if (readOutput(Buffer.from(sql).toString('latin1')).query || isWord(firstWord(sql), ...READING)) return
  if (level === '2' && setsSession(sql)) return
  throw new WarehouseError({
    code: 164,
    name: 'READONLY',
    message: 'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly'
  })
}

const READING = ['SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK']

function firstWord(sql: string): Token | undefined {
  for (const token of tokens(Buffer.from(sql).toString('latin1'))) if (token.text !== '(') return token
  return undefined
}

const locked = (id: string): WarehouseError =>
  new WarehouseError({
    code: 373,
    name: 'SESSION_IS_LOCKED',
    message: `Session ${id} is locked by a concurrent client`
  })

const notFound = (id: string): WarehouseError =>
  new WarehouseError({ code: 372, name: 'SESSION_NOT_FOUND', message: `Session ${id} not found` })

const tooMany = (): WarehouseError =>
  new WarehouseError({
    code: 202,
    name: 'TOO_MANY_SIMULTANEOUS_QUERIES',
    message: `Too many sessions: more than ${SESSIONS_MAX}. Close them with close_session=1, or leave out session_id`
  })
