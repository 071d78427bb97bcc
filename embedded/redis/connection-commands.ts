import type { Run } from './command.ts'
import { parseInteger } from './command.ts'
import { array, bulk, CommandError, OK, simple, wrongArgumentCount } from './replies.ts'

export const ping: Run = (args) => {
  if (args.length > 1) throw wrongArgumentCount('ping')
  return args[0] === undefined ? simple('PONG') : bulk(args[0])
}

export const auth: Run = (args, { session, password }) => {
  if (password === undefined && args.length === 1) {
    throw new CommandError(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?'
    )
  }
  const [user, given] = args.length === 1 ? ['default', args[0]] : args
  // Redis lets anybody in as `default` while no password is set.
  const isRight = user === 'default' && (password === undefined || given === password)
  if (!isRight) throw new CommandError('WRONGPASS invalid username-password pair or user is disabled.')
  session.authenticated = true
  return OK
}

/** Clients that offer RESP3 go on in RESP2 after this answer. */
export const hello: Run = () => {
  throw new CommandError('NOPROTO unsupported protocol version')
}

export const select: Run = ([index = '']) => {
  if (parseInteger(index) !== 0) throw new CommandError('ERR DB index is out of range')
  return OK
}

/** Clients tell their name and version; nobody asks for them here. */
export const client: Run = ([subcommand = '']) => {
  if (/^(setname|setinfo)$/i.test(subcommand)) return OK
  throw new CommandError(`ERR unknown subcommand '${subcommand.slice(0, 128)}'. Try CLIENT HELP.`)
}

export const describeCommands: Run = () => array([])

export const quit: Run = (_, { session }) => {
  session.quitting = true
  return OK
}

/** `loading:0` is what a client waits for. */
export const info: Run = (_, { keys, maxMemoryBytes }) =>
  bulk(
    [
      '# Server',
      'redis_version:7.0.0',
      'redis_mode:standalone',
      '# Persistence',
      'loading:0',
      '# Memory',
      `used_memory:${keys.usedBytes}`,
      `maxmemory:${maxMemoryBytes}`,
      'maxmemory_policy:noeviction',
      '# Replication',
      'role:master',
      '# Keyspace',
      `db0:keys=${keys.size}`,
      ''
    ].join('\r\n')
  )
