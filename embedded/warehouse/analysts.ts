import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { AnalystLimits } from '../../models/contracts/analyst-limits.ts'
import { readAllowList } from './allow-list.ts'
import { pipeName, type Parts } from './answer.ts'
import type { Engine } from './engine.ts'
import { notImplemented } from './errors.ts'
import { prepareAnalyst } from './prepare-analyst.ts'
import { createQueue, tooMany } from './queue.ts'

export type Analysts = {
  /** What answers an analyst; throws when too many connections are open. */
  partsFor(message: IncomingMessage, response: ServerResponse): Parts
  /** Answers how many statements still run after the time given. */
  drain(withinMs: number): Promise<number>
}

/** Everything that analysts use up is counted apart, so that they can only get in each other's way. */
export async function openAnalysts(
  engine: Engine,
  { limits, spoolDir }: { limits: AnalystLimits; spoolDir: string }
): Promise<Analysts> {
  const rules = { limits, allowList: await readAllowList(engine) }
  const queue = createQueue({ slots: limits.running, waitingMax: limits.waiting, waitMsMax: limits.wait_ms })
  const parts: Parts = {
    engine: tagged(engine),
    queue,
    spoolDir: makePipes(spoolDir, limits.running),
    mayWrite: false,
    bodyBytesMax: limits.statement_bytes,
    prepare: (connection, request, sql) => prepareAnalyst(connection, request, sql, rules)
  }
  const sockets = new Set<Socket>()
  return {
    partsFor({ socket, url = '' }, response) {
      // In a crowd nobody keeps a connection that is not in use, so the next in the crowd finds one.
      if (sockets.size > limits.connections / 2) response.shouldKeepAlive = false
      if (new URL(url, 'http://warehouse').searchParams.has('session_id')) {
        throw notImplemented('Analysts have no sessions (session_id)')
      }
      if (!sockets.has(socket)) {
        if (sockets.size >= limits.connections) throw tooMany()
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      }
      return parts
    },
    drain: queue.drain
  }
}

/** Ids of statements are the sender's choice: with somebody else's id, hanging up would stop somebody else's. */
function tagged(engine: Engine): Engine {
  return {
    ...engine,
    withConnection: (tag, work) => engine.withConnection(`analyst ${tag}`, work),
    kill: (tag) => engine.kill(`analyst ${tag}`)
  }
}

/** Of their own, since slots are numbered from 0 in every queue. */
function makePipes(spoolDir: string, count: number): string {
  const directory = join(spoolDir, 'analysts')
  mkdirSync(directory, { mode: 0o700 })
  execFileSync(
    'mkfifo',
    Array.from({ length: count }, (_, slot) => join(directory, pipeName(slot)))
  )
  return directory
}
