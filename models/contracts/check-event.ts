import { Type, type TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { Format } from 'typebox/format'
import { Value } from 'typebox/value'
import { eventSchemas, eventTypes, type ShopEvent } from './events.ts'
import { patternsInWords } from './events/fields.ts'
import type { OrderLine } from './events/orders.ts'
import { formatMoney, parseMoney } from './money.ts'
import { topicOf } from './topics.ts'

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; reason: string; field?: string }

// Our pattern of a time says more than the format, which would take as long as all the rest of an event's check.
Format.Set('date-time', () => true)

/** Whether a field is known is looked up: as a compiled schema asks it, it would take most of the time of a check. */
const validators = new Map(
  eventTypes.map((type) => {
    const closed: TObject = eventSchemas[type]
    const open = Compile(Type.Object(closed.properties))
    const name: string = type
    return [name, { open, closed, fields: new Set(Object.keys(closed.properties)) }]
  })
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
      reason: `type: unknown event type ${showType(type)}`.toWellFormed()
    }
  }
  if (validator.open.Check(value) && hasOnly(value, validator.fields)) {
    const problem = checkRelations(value as ShopEvent)
    return problem ? { ok: false, ...problem } : { ok: true, value: value as ShopEvent }
  }
  const problem = tooMuch(value, validator.closed) ?? firstProblem(Value.Errors(validator.closed, value))
  return { ok: false, ...problem }
}

/**
 * Fields or items beyond their number. The search for problems goes through all of them even so, and would take seconds
 * for what fits into one request.
 */
function tooMuch(value: object, { properties }: TObject): { field: string; reason: string } | undefined {
  const names = Object.keys(value)
  if (names.length > Object.keys(properties).length) {
    const field = (names.find((name) => !Object.hasOwn(properties, name)) ?? '').slice(0, 100).toWellFormed()
    return { field, reason: `${field}: is not a field of this type` }
  }
  for (const [field, { maxItems, maxProperties }] of Object.entries<Bounds>(properties)) {
    const held: unknown = Reflect.get(value, field)
    if (typeof held !== 'object' || held === null) continue
    const [count, most] = Array.isArray(held)
      ? [held.length, maxItems]
      : [Object.keys(held).length, maxProperties]
    if (most !== undefined && count > most)
      return { field, reason: `${field}: must not have more than ${most} items` }
  }
  return undefined
}
type Bounds = { maxItems?: number; maxProperties?: number }

/** What is nested may be nested deeper than can be shown. */
const showType = (type: unknown) =>
  typeof type === 'object' && type !== null ? 'that is no text' : JSON.stringify(type)?.slice(0, 60)

function hasOnly(value: object, fields: ReadonlySet<string>): boolean {
  for (const field in value) if (!fields.has(field)) return false
  return true
}

/** Parses the bytes of a log record. Never throws: whatever is wrong becomes the reason. */
export function parseEvent(bytes: Buffer): Parsed<ShopEvent> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    return {
      ok: false,
      reason: `not JSON: ${error instanceof Error ? error.message : String(error)}`
        .slice(0, 200)
        .toWellFormed()
    }
  }
  return checkEvent(value)
}

/** What a schema cannot say: relations between fields. */
function checkRelations(event: ShopEvent): { field: string; reason: string } | undefined {
  if (topicOf[event.type] === 'flipside.behaviour' && !event.user_id && !event.anonymous_id) {
    return { field: 'anonymous_id', reason: 'anonymous_id: a behaviour event needs user_id or anonymous_id' }
  }
  return 'lines' in event ? checkLines(event.lines) : undefined
}

/** An order of ten million millions is a mistake, and more than `Decimal(18,4)` holds. */
const AMOUNT_MAX = parseMoney('9999999999999')

function checkLines(lines: OrderLine[]): { field: string; reason: string } | undefined {
  let total = 0n
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'product' && !line.product_id) {
      const field = `lines/${index}/product_id`
      return { field, reason: `${field}: a line of kind product needs a product_id` }
    }
    const amount = parseMoney(line.unit_price) * BigInt(line.quantity)
    total += amount < 0n ? -amount : amount
    if (total > AMOUNT_MAX) {
      const field = `lines/${index}/unit_price`
      return { field, reason: `${field}: the lines come to more than ${formatMoney(AMOUNT_MAX)}` }
    }
  }
  return undefined
}

function firstProblem(
  errors: Iterable<{ instancePath: string; message: string; keyword: string; params: object }>
) {
  for (const error of errors) {
    const missing = 'requiredProperties' in error.params ? String(error.params.requiredProperties) : undefined
    const field = [error.instancePath.slice(1), missing].filter(Boolean).join('/')
    const pattern = 'pattern' in error.params ? patternsInWords.get(String(error.params.pattern)) : undefined
    const problem = error.keyword === 'boolean' ? 'is not a field of this type' : (pattern ?? error.message)
    // The field may be a name that a sender made up, and V8 quotes what it could not read: half a pair must not pass on.
    return {
      field: field.toWellFormed(),
      reason: `${field || 'event'}: ${problem}`.toWellFormed().slice(0, 300)
    }
  }
  return { reason: 'does not match its schema' }
}
