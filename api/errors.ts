import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import { Type } from 'typebox'
import { patternsInWords } from '../models/contracts/events/fields.ts'

/** An answer that is not the one asked for: expected, and the sender's to act upon. */
export class ApiError extends Error {
  readonly statusCode: number
  readonly code: string
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    statusCode: number,
    problem: { code: string; message: string; field?: string; retryAfterSeconds?: number; cause?: unknown }
  ) {
    super(problem.message, { cause: problem.cause })
    this.statusCode = statusCode
    this.code = problem.code
    this.field = problem.field
    this.retryAfterSeconds = problem.retryAfterSeconds
  }
}

const RETRY_AFTER_SECONDS = 1

export const wrongField = (field: string, message: string) =>
  new ApiError(400, { code: 'wrong_field', message: `${field}: ${message}`, field })

export const unknownId = (field: string, id: string) =>
  new ApiError(404, {
    code: 'unknown_id',
    message: `${field}: nothing is known of ${JSON.stringify(id)}`,
    field
  })

export const serviceDown = (service: string, cause?: unknown) =>
  new ApiError(503, {
    code: 'service_down',
    message: `${service} cannot be reached just now; try again`,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause
  })

/** Nothing of the request was taken: the sender may send all of it again a little later. */
export const tooBusy = (code: string, message: string, retryAfterSeconds = RETRY_AFTER_SECONDS) =>
  new ApiError(429, { code, message, retryAfterSeconds })

export const ErrorSchema = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: 'For programs: stable' }),
      message: Type.String({ description: 'For people: says what to mend' }),
      field: Type.Optional(Type.String({ description: 'The field that is wrong' }))
    })
  },
  { description: 'The request was not answered' }
)

/** Error answers of a route, for its OpenAPI text. */
export const errorAnswers = <const Status extends number>(...statuses: Status[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      Type.Object(ErrorSchema.properties, { description: STATUS_CODES[status] ?? '' })
    ])
  ) as Record<Status, typeof ErrorSchema>

/** The one place where an error becomes an answer. Only a bug of ours is a 500, and it is logged as one. */
export function answerError(
  log: FastifyBaseLogger,
  error: FastifyError | ApiError,
  request: FastifyRequest,
  reply: FastifyReply
) {
  const status = error.statusCode ?? 500
  if (status === 503) log.warn({ err: error, url: request.url }, 'service down')
  else if (status >= 500) log.error({ err: error, url: request.url }, 'request failed')
  if (error instanceof ApiError && error.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', error.retryAfterSeconds)
  }
  // What is left of a body that is too large is not waited for.
  if (status === 413) void reply.header('connection', 'close')
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ error: describeError(error, status) })
}

/** What is no HTTP that Node can read never becomes a request; its sender gets the same form of answer. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    const body = JSON.stringify({ error: { code: 'unreadable_request', message: STATUS_CODES[status] } })
    const headers = `content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`)
  }
  socket.destroy()
}

/** People are told what would be right, and never have to read a pattern. */
function sayProblem({ keyword, params, message }: FastifySchemaValidationError): string {
  if (params['additionalProperty']) return 'is not a parameter of this route'
  const allowed: unknown = params['allowedValues']
  if (keyword === 'enum' && Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`
  const pattern = params['pattern']
  const words = typeof pattern === 'string' ? patternsInWords.get(pattern) : undefined
  return words ?? message ?? 'is wrong'
}

function describeError(error: FastifyError | ApiError, status: number) {
  if (error instanceof ApiError) {
    return { code: error.code, message: error.message, ...(error.field && { field: error.field }) }
  }
  const [problem] = error.validation ?? []
  if (problem) {
    const name = problem.params['missingProperty'] ?? problem.params['additionalProperty']
    const field = [problem.instancePath.slice(1), name].filter(Boolean).join('/')
    const message = sayProblem(problem)
    return { code: 'wrong_field', message: `${field}: ${message}`, field }
  }
  if (status >= 500) return { code: 'internal', message: 'A mistake of ours; it has been logged' }
  return {
    code: (error.code ?? 'bad_request').replace(/^FST_ERR_/, '').toLowerCase(),
    message: error.message
  }
}
