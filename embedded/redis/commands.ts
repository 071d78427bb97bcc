import type { Command, Context } from './command.ts'
import { auth, client, describeCommands, hello, info, ping, quit, select } from './connection-commands.ts'
import { hdel, hget, hgetall, hlen, hmget, hset } from './hash-commands.ts'
import {
  dbsize,
  del,
  exists,
  expire,
  flushall,
  hscan,
  listKeys,
  persist,
  pexpire,
  scan,
  ttl
} from './key-commands.ts'
import { array, CommandError, failure, OK, simple, wrongArgumentCount } from './replies.ts'
import { sadd, scard, sismember, smembers, srem } from './set-commands.ts'
import { zadd, zcard, zrange, zrem, zremrangebyrank, zrevrange, zscore } from './sorted-set-commands.ts'
import { get, incr, mget, set } from './string-commands.ts'

const QUEUED_BYTES_MAX = 256 * 1024 * 1024

const commands = new Map<string, Command>(
  Object.entries({
    auth: { arity: -2, run: auth },
    client: { arity: -2, run: client },
    command: { arity: -1, run: describeCommands },
    dbsize: { arity: 1, run: dbsize },
    del: { arity: -2, run: del },
    exists: { arity: -2, run: exists },
    expire: { arity: -3, run: expire },
    flushall: { arity: -1, run: flushall },
    get: { arity: 2, run: get },
    hdel: { arity: -3, run: hdel },
    hello: { arity: -1, run: hello },
    hget: { arity: 3, run: hget },
    hgetall: { arity: 2, run: hgetall },
    hlen: { arity: 2, run: hlen },
    hmget: { arity: -3, run: hmget },
    hscan: { arity: -3, run: hscan },
    hset: { arity: -4, run: hset, grows: true },
    incr: { arity: 2, run: incr, grows: true },
    info: { arity: -1, run: info },
    keys: { arity: 2, run: listKeys },
    mget: { arity: -2, run: mget },
    persist: { arity: 2, run: persist },
    pexpire: { arity: -3, run: pexpire },
    ping: { arity: -1, run: ping },
    quit: { arity: -1, run: quit },
    sadd: { arity: -3, run: sadd, grows: true },
    scan: { arity: -2, run: scan },
    scard: { arity: 2, run: scard },
    select: { arity: 2, run: select },
    set: { arity: -3, run: set, grows: true },
    sismember: { arity: 3, run: sismember },
    smembers: { arity: 2, run: smembers },
    srem: { arity: -3, run: srem },
    ttl: { arity: 2, run: ttl },
    unlink: { arity: -2, run: del },
    zadd: { arity: -4, run: zadd, grows: true },
    zcard: { arity: 2, run: zcard },
    zrange: { arity: -4, run: zrange },
    zrem: { arity: -3, run: zrem },
    zremrangebyrank: { arity: 4, run: zremrangebyrank },
    zrevrange: { arity: -4, run: zrevrange },
    zscore: { arity: 3, run: zscore },
    // These three work on the transaction itself and are never queued.
    multi: { arity: 1, run: begin },
    exec: { arity: 1, run: runQueued },
    discard: { arity: 1, run: discard }
  } satisfies Record<string, Command>)
)

/** Runs one request and answers the encoded reply; every failure is a reply too. */
export function execute(request: string[], context: Context): string {
  try {
    const { command, name } = findCommand(request, context)
    const { queued } = context.session
    if (!queued || /^(multi|exec|discard|quit)$/.test(name)) return command.run(request.slice(1), context)
    queued.bytes += request.reduce((sum, word) => sum + word.length, 0)
    if (queued.bytes > QUEUED_BYTES_MAX) throw new CommandError('ERR the transaction is too large')
    queued.requests.push(request)
    return simple('QUEUED')
  } catch (error) {
    if (error instanceof CommandError) return failure(error.message)
    // Asked for more than the longest string holds, 512 MB: only a reply grows so far.
    if (error instanceof RangeError) return failure('ERR the reply is too large')
    throw error
  }
}

function findCommand(request: string[], context: Context): { command: Command; name: string } {
  const name = (request[0] ?? '').toLowerCase()
  try {
    const command = commands.get(name)
    if (!command) throw unknownCommand(request)
    const { arity } = command
    if (arity >= 0 ? request.length !== arity : request.length < -arity) throw wrongArgumentCount(name)
    const isOpen = name === 'auth' || name === 'hello' || name === 'quit'
    if (!context.session.authenticated && !isOpen) throw new CommandError('NOAUTH Authentication required.')
    if (command.grows && context.keys.usedBytes > context.maxMemoryBytes) {
      throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.")
    }
    return { command, name }
  } catch (error) {
    if (context.session.queued && name !== 'exec') context.session.queued.failed = true
    throw error
  }
}

function unknownCommand([name = '', ...args]: string[]): CommandError {
  let shown = ''
  for (const arg of args) {
    if (shown.length >= 128) break
    shown += `'${arg.slice(0, 128 - shown.length)}' `
  }
  return new CommandError(`ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`)
}

function begin(_: string[], { session }: Context): string {
  if (session.queued) throw new CommandError('ERR MULTI calls can not be nested')
  session.queued = { requests: [], bytes: 0, failed: false }
  return OK
}

/** Nothing of another connection runs between the commands; one that fails does not undo the others, as in Redis. */
function runQueued(_: string[], context: Context): string {
  const { queued } = context.session
  if (!queued) throw new CommandError('ERR EXEC without MULTI')
  context.session.queued = undefined
  if (queued.failed) {
    throw new CommandError('EXECABORT Transaction discarded because of previous errors.')
  }
  return array(queued.requests.map((request) => execute(request, context)))
}

function discard(_: string[], { session }: Context): string {
  if (!session.queued) throw new CommandError('ERR DISCARD without MULTI')
  session.queued = undefined
  return OK
}
