/** Replies as latin1 strings, one character a byte, ready for the socket. */
export const OK = '+OK\r\n'
export const NIL = '$-1\r\n'
export const simple = (text: string) => `+${text}\r\n`
export const integer = (value: number | bigint) => `:${value}\r\n`
export const bulk = (bytes: string) => `$${bytes.length}\r\n${bytes}\r\n`
export const bulkOrNil = (bytes: string | undefined) => (bytes === undefined ? NIL : bulk(bytes))
export const array = (replies: string[]) => `*${replies.length}\r\n${replies.join('')}`
export const bulks = (values: string[]) => array(values.map(bulk))
export const failure = (message: string) => `-${message.replaceAll(/[\r\n]/g, ' ')}\r\n`

/** The shortest decimal that reads back as the same number, spelled as Redis spells it. */
export function score(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0' : exponent(value)
}

// Redis 7 prints whole numbers plainly and others with up to 17 digits; both read back as the same number.
function exponent(value: number): string {
  return String(value)
    .replace(/e\+?(-?)(\d)$/, 'e$10$2')
    .replace(/e(\d)/, 'e+$1')
}

/** A command that cannot be carried out; the message is the reply, and the texts are Redis's own. */
export class CommandError extends Error {}
export const wrongType = () =>
  new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value')
export const syntaxError = () => new CommandError('ERR syntax error')
export const notAnInteger = () => new CommandError('ERR value is not an integer or out of range')
export const wrongArgumentCount = (command: string) =>
  new CommandError(`ERR wrong number of arguments for '${command}' command`)
