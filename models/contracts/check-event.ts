import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { eventSchemas, eventTypes, type ShopEvent } from './events.ts'
import { topicOf } from './topics.ts'

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; reason: string; field?: string }

const validators = new Map<string, ReturnType<typeof Compile>>(
  eventTypes.map((type) => [type, Compile(eventSchemas[type] as TObject)])
)

/** Checks a value from outside. The reason names the field, so that a sender can mend the event without this code. */
export function checkEvent(value: unknown): Parsed<ShopEvent> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'an event is a JSON object' }
  }
  const type = 'type' in value ? value.type : undefined
  const validator = typeof type === 'string' ? validators.get(type) : undefined
  if (!validator) {
    return {
      ok: false,
      field: 'type',
      reason: `type: unknown event type ${JSON.stringify(type)?.slice(0, 60)}`
    }
  }
  if (validator.Check(value)) {
    const problem = checkRelations(value as ShopEvent)
    return problem ? { ok: false, ...problem } : { ok: true, value: value as ShopEvent }
  }
  return { ok: false, ...firstProblem(validator.Errors(value)) }
}

/** Parses the bytes of a log record. Never throws: whatever is wrong becomes the reason. */
export function parseEvent(bytes: Buffer): Parsed<ShopEvent> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    return {
      ok: false,
      reason: `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200)
    }
  }
  return checkEvent(value)
}

/** What a schema cannot say: relations between fields. */
function checkRelations(event: ShopEvent): { field: string; reason: string } | undefined {
  if (topicOf[event.type] === 'flipside.behaviour' && !event.user_id && !event.anonymous_id) {
    return { field: 'anonymous_id', reason: 'anonymous_id: a behaviour event needs user_id or anonymous_id' }
  }
  if ('lines' in event) {
    const index = event.lines.findIndex((line) => line.kind === 'product' && !line.product_id)
    if (index >= 0) {
      const field = `lines/${index}/product_id`
      return { field, reason: `${field}: a line of kind product needs a product_id` }
    }
  }
  return undefined
}

function firstProblem(
  errors: Iterable<{ instancePath: string; message: string; keyword: string; params: object }>
) {
  for (const error of errors) {
    const missing = 'requiredProperties' in error.params ? String(error.params.requiredProperties) : undefined
    const extra =
      'additionalProperties' in error.params ? String(error.params.additionalProperties) : undefined
    const parent = error.instancePath.slice(1)
    const field = [parent, missing ?? extra].filter(Boolean).join('/')
    return { field, reason: `${field || 'event'}: ${extra ? 'is not a field of this type' : error.message}` }
  }
  return { reason: 'does not match its schema' }
}
