import { STATUS_CODES } from 'node:http'
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

/** An answer that is not the one asked for: expected, and the sender's to act upon. */
export class ApiError extends Error {
  readonly statusCode: number
  readonly code: string
  readonly field: string | undefined

  constructor(
    statusCode: number,
    problem: { code: string; message: string; field?: string; cause?: unknown }
  ) {
    super(problem.message, { cause: problem.cause })
    this.statusCode = statusCode
    this.code = problem.code
    this.field = problem.field
  }
}

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
    cause
  })

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

const RETRY_AFTER_SECONDS = 1

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
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ error: describeError(error, status) })
}

function describeError(error: FastifyError | ApiError, status: number) {
  if (error instanceof ApiError) {
    return { code: error.code, message: error.message, ...(error.field && { field: error.field }) }
  }
  const [problem] = error.validation ?? []
  if (problem) {
    const name = problem.params['missingProperty'] ?? problem.params['additionalProperty']
    const field = [problem.instancePath.slice(1), name].filter(Boolean).join('/')
    const message = problem.params['additionalProperty']
      ? 'is not a parameter of this route'
      : problem.message
    return { code: 'wrong_field', message: `${field}: ${message}`, field }
  }
  if (status >= 500) return { code: 'internal', message: 'A mistake of ours; it has been logged' }
  return {
    code: (error.code ?? 'bad_request').replace(/^FST_ERR_/, '').toLowerCase(),
    message: error.message
  }
}
