/**
 * Kind `sessions`: what visitors looked at in one go, without who, when or under which name. A record holds a block of
 * sessions, under the block's number: 0 has the latest, and in a block the latest comes first. A session is its works in
 * the order in which each first came up, as indexes into the version's own list of works (`WORK_IDS_FIELD`).
 */
export const SESSIONS_A_BLOCK = 250

const NUMBER_BYTES = 4

/** Little-endian uint32: of each session how many works, then their indexes. */
export function packSessions(sessions: readonly ArrayLike<number>[]): Buffer {
  const numbers = sessions.reduce((count, session) => count + 1 + session.length, 0)
  const bytes = Buffer.allocUnsafe(numbers * NUMBER_BYTES)
  let at = 0
  const write = (number: number) => void (at = bytes.writeUInt32LE(number, at))
  for (const session of sessions) {
    write(session.length)
    for (let place = 0; place < session.length; place++) write(session[place] ?? 0)
  }
  return bytes
}

/** Throws when the bytes are not whole sessions: a record of another version of the software. */
export function unpackSessions(bytes: Buffer): Uint32Array[] {
  const sessions: Uint32Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = at + NUMBER_BYTES <= bytes.length ? bytes.readUInt32LE(at) : Infinity
    const end = at + NUMBER_BYTES * (1 + length)
    if (end > bytes.length) throw new Error(`packed sessions: ${bytes.length} bytes are not whole sessions`)
    const session = new Uint32Array(length)
    for (let place = 0; place < length; place++)
      session[place] = bytes.readUInt32LE(at + NUMBER_BYTES * (1 + place))
    sessions.push(session)
    at = end
  }
  return sessions
}
