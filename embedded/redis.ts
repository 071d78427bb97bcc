import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { execute } from './redis/commands.ts'
import type { Context } from './redis/command.ts'
import { Keyspace } from './redis/keyspace.ts'
import { failure } from './redis/replies.ts'
import { ProtocolError, RequestReader } from './redis/requests.ts'
import { Scans } from './redis/scans.ts'

const CONNECTIONS_MAX = 1_000
const MAX_MEMORY_BYTES = 512 * 1024 * 1024
/** Replies are written when so many bytes have come together, so that a slow reader stops its own commands. */
const REPLY_BYTES_MAX = 256 * 1024
const SWEEP_EVERY_MS = 100

export type RedisServer = { url: string; port: number; close(): Promise<void> }
export type RedisOptions = {
  /** 0, the default, lets the system choose. */
  port?: number
  password?: string
  maxMemoryBytes?: number
}

/** Stands in for Redis on one machine: the commands that Flipside uses, in memory, for ioredis to talk to. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { port = 0, password, maxMemoryBytes = MAX_MEMORY_BYTES } = options
  const shared = { keys: new Keyspace(Date.now), scans: new Scans(), maxMemoryBytes, password }
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, {
      ...shared,
      session: { authenticated: password === undefined, quitting: false, queued: undefined }
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const sweep = setInterval(() => shared.keys.sweepExpired(), SWEEP_EVERY_MS)
  const chosen = portOf(server)
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  return {
    url: `redis://${login}127.0.0.1:${chosen}`,
    port: chosen,
    async close() {
      clearInterval(sweep)
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    }
  }
}

/** Answers one connection in order. While the client does not read its replies, its requests wait unread. */
function serve(socket: Socket, context: Context): void {
  const requests = new RequestReader()

  /** What cannot be a request ends the connection, after the replies to those before it. */
  function nextReply(): string | undefined {
    if (context.session.quitting) return undefined
    try {
      const request = requests.next()
      return request && execute(request, context)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      context.session.quitting = true
      return failure(`ERR Protocol error: ${error.message}`)
    }
  }

  function answer(): void {
    let replies = ''
    let reply: string | undefined
    do {
      reply = nextReply()
      replies += reply ?? ''
      const isTimeToWrite = reply === undefined || replies.length > REPLY_BYTES_MAX
      if (replies.length === 0 || !isTimeToWrite) continue
      const keepsUp = socket.write(replies, 'latin1')
      replies = ''
      if (!keepsUp) {
        socket.pause()
        return
      }
    } while (reply !== undefined)
    if (context.session.quitting) socket.end()
  }

  socket.on('data', (bytes) => {
    requests.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    answer()
  })
  socket.on('drain', () => {
    socket.resume()
    answer()
  })
  // A client that went away is no failure of the server; `close` follows.
  socket.on('error', () => socket.destroy())
}

function portOf(server: Server): number {
  const address = server.address()
  if (address && typeof address === 'object') return address.port
  throw new Error('the server has no port')
}

// As a process: `REDIS_PORT` and `REDIS_PASSWORD`; tells its URL on stdout or to its parent, and ends with it.
if (import.meta.main) {
  const server = await startRedis({
    port: Number(process.env['REDIS_PORT'] ?? 0),
    ...(process.env['REDIS_PASSWORD'] ? { password: process.env['REDIS_PASSWORD'] } : {})
  })
  const end = () => void server.close().then(() => process.exit(0))
  process.once('SIGTERM', end).once('SIGINT', end)
  if (process.send) {
    process.once('disconnect', end)
    process.send({ url: server.url })
  } else {
    process.stdin.once('end', end).once('error', end).resume()
    process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
  }
}
