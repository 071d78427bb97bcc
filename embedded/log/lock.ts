import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Someone else holds the lock; the message names who and the file. */
export class LockedError extends Error {}

/**
 * One process (and one owner in it) at a time may hold `file`, which names the holder. The lock of a process that has
 * ended, or whose id now belongs to another process, is taken over. All processes must see each other's ids.
 */
export function takeLock(file: string): { release(): void } {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, mine)
  try {
    // Two attempts: the second is after a dead holder's lock was put away.
    for (let attempt = 0; attempt < 2; attempt++) {
      if (tryLink(draft, file)) return { release: () => rmSync(file, { force: true }) }
      const held = readOr(file, '')
      if (held && isAlive(held)) throw new LockedError(`process ${held.split(' ')[0]} holds the lock ${file}`)
      putAway(file, held)
    }
    throw new LockedError(`another process has just taken the lock ${file}`)
  } finally {
    rmSync(draft, { force: true })
  }
}

// A link appears with its content in one step, so nobody ever reads an empty lock.
function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Renaming first makes one winner of several that saw the same dead holder; a live lock caught by it goes back. */
function putAway(file: string, held: string): void {
  const aside = `${file}.${process.pid}.dead`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  if (readOr(aside, '') !== held) tryLink(aside, file)
  rmSync(aside, { force: true })
}

function isAlive(held: string): boolean {
  const pid = Number(held.split(' ')[0])
  const start = startOf(pid)
  return start !== undefined && held === `${pid} ${start}`
}

/** When a process started, in whatever form the system tells it: with the id it names one process for good. */
function startOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, undefined)
  if (stat) {
    // The command's name may hold spaces and brackets; behind its closing bracket follow field 3, the state, and so on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ended = fields[0] === 'Z' || fields[0] === 'X'
    return ended ? undefined : fields[19]
  }
  if (process.platform === 'linux') return undefined
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim() || undefined
    )
  } catch {
    return undefined
  }
}

function readOr<Other>(file: string, other: Other): string | Other {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return other
  }
}
