import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Result } from './addon.ts'
import { WarehouseError } from './errors.ts'
import { summarise } from './reply.ts'
import type { Reply } from './result-pipe.ts'

/** Of a result that waits in a file for its end. */
const SPOOLED_BYTES_MAX = 4 * 1024 ** 3

/** Writes a result to a file, and sends it when it is known to be whole (`wait_end_of_query=1`). */
export async function sendSpooled(
  { response, compressor }: Reply,
  spoolDir: string,
  chunks: AsyncIterable<Buffer>,
  outcome: () => Promise<Result>
): Promise<void> {
  const file = join(spoolDir, `${crypto.randomUUID()}.result`)
  try {
    await pipeline(chunks, countBytes(), createWriteStream(file, { flags: 'wx', mode: 0o600 }))
    summarise(response, await outcome(), 0)
    const stages = compressor ? [compressor, response] : [response]
    // The receiver's going is nobody's failure.
    await pipeline([createReadStream(file), ...stages]).catch(() => response.destroy())
  } finally {
    await rm(file, { force: true })
  }
}

function countBytes(): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > SPOOLED_BYTES_MAX) done(tooLarge())
      else done(null, chunk)
    }
  })
}

const tooLarge = (): WarehouseError =>
  new WarehouseError({
    code: 396,
    name: 'TOO_MANY_ROWS_OR_BYTES',
    message: `The result is larger than ${SPOOLED_BYTES_MAX} bytes; read it without wait_end_of_query`
  })
