import { setImmediate as yieldToRequests } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { toCsv, type Cells, type SalesColumn } from './sales-formats.ts'

type File = {
  type: string
  content: string | Buffer
  /** Of the request: the address of the next page is the same with another cursor. */
  url: string
  next_cursor: string | undefined
}

/** Rows as a file; the address of the next page is in `Link`. */
export function sendFile(reply: FastifyReply, { type, content, url, next_cursor }: File): void {
  if (next_cursor !== undefined) {
    const next = new URL(url, 'http://shop')
    next.searchParams.set('cursor', next_cursor)
    void reply.header('Link', `<${next.pathname}${next.search}>; rel="next"`)
  }
  // Past the schema of the JSON answer.
  void reply
    .type(type)
    .serializer((payload) => payload as string)
    .send(content)
}

const ROWS_A_TURN = 100

/** CSV of many columns takes its time: requests that wait get theirs in between. */
export async function toCsvInTurns<Row>(
  columns: readonly SalesColumn[],
  rows: readonly Row[],
  cellsOf: (row: Row) => Cells[]
): Promise<string> {
  let csv = toCsv(columns, rows.slice(0, ROWS_A_TURN).flatMap(cellsOf))
  for (let from = ROWS_A_TURN; from < rows.length; from += ROWS_A_TURN) {
    await yieldToRequests()
    csv += toCsv(columns, rows.slice(from, from + ROWS_A_TURN).flatMap(cellsOf), { header: false })
  }
  return csv
}
