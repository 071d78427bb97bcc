import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Result } from './addon.ts'
import type { Statement } from './body.ts'
import type { Connection } from './engine.ts'
import { prepare } from './prepare.ts'
import { quote } from './quote.ts'
import type { Request } from './request.ts'

type Insert = Extract<Statement, { kind: 'insert' }>

/**
 * Rows go into a file that the engine reads, so that they are only ever data: the engine's own way to take rows with
 * a statement takes what follows a blank line for the next statement. `connect` is called when all rows are there.
 */
export async function insertRows(
  request: Request,
  insert: Insert,
  spoolDir: string,
  connect: (work: (connection: Connection) => Promise<Result>) => Promise<Result>
): Promise<Result> {
  const file = join(spoolDir, `${crypto.randomUUID()}.rows`)
  try {
    await pipeline(insert.data, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
    const sql = readFrom(file, insert)
    return await connect(async (connection) => {
      await prepare(connection, request, sql)
      return connection.run(sql)
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (!message.includes(file)) throw error
    // The sender knows no file.
    throw new Error(message.replaceAll(file, 'the request body'), { cause: error })
  } finally {
    await rm(file, { force: true })
  }
}

/** The engine wants the file before SETTINGS, and FORMAT last. */
function readFrom(file: string, { text, head }: Insert): string {
  const target = text.toString('utf8', 0, head.sourceAt)
  const settings = text.toString('utf8', head.sourceAt, head.formatAt)
  return `${target} FROM INFILE ${quote(file)} COMPRESSION 'none' ${settings} FORMAT ${head.format}`
}
