/** An error as ClickHouse tells it: its number, its name, and the HTTP status that goes with it. */
export class WarehouseError extends Error {
  readonly code: number
  readonly status: number

  constructor(options: { code: number; name: string; message: string; status?: number }) {
    super(`Code: ${options.code}. DB::Exception: ${options.message} (${options.name})`)
    this.code = options.code
    this.status = options.status ?? statusOf(options.code)
  }
}

/** Errors of the engine carry its number in front of the text. */
export function toWarehouseError(error: unknown): { code: number; status: number; text: string } {
  if (error instanceof WarehouseError) return { code: error.code, status: error.status, text: error.message }
  const message = error instanceof Error ? error.message : String(error)
  const number = /^Code: (\d+)\./.exec(message)?.[1]
  if (number) return { code: Number(number), status: statusOf(Number(number)), text: message }
  return { code: 1001, status: 500, text: `Code: 1001. DB::Exception: ${message} (STD_EXCEPTION)` }
}

export const notImplemented = (message: string): WarehouseError =>
  new WarehouseError({ code: 48, name: 'NOT_IMPLEMENTED', message })

export const syntaxError = (message: string): WarehouseError =>
  new WarehouseError({ code: 62, name: 'SYNTAX_ERROR', message: `Syntax error: ${message}` })

const FORBIDDEN = [192, 193, 497, 516]
/** What the sender got wrong: text that does not parse, columns, types, arguments. */
const BAD_REQUEST = [
  6, 8, 15, 25, 26, 27, 33, 36, 38, 41, 43, 44, 53, 62, 69, 72, 117, 130, 167, 168, 271, 321, 376, 675, 676
]
/** What the statement names and is not there. */
const NOT_FOUND = [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 336, 511]

function statusOf(code: number): number {
  if (FORBIDDEN.includes(code)) return 403
  if (BAD_REQUEST.includes(code)) return 400
  if (NOT_FOUND.includes(code)) return 404
  if (code === 48) return 501
  if (code === 159) return 408
  if (code === 202) return 503
  return 500
}
