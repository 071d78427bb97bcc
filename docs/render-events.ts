import type { TObject, TSchema } from 'typebox'
import { maySend } from '../models/contracts/scopes.ts'
import {
  EVENT_BYTES_MAX,
  ORDER_EVENT_BYTES_MAX,
  topicSchemas,
  type EventType
} from '../models/contracts/events.ts'
import { Envelope } from '../models/contracts/events/fields.ts'
import { KEY_SCOPES } from '../models/contracts/events/operations.ts'
import { retentionDaysOf, topics, type Topic } from '../models/contracts/topics.ts'
import { exampleOf } from './event-examples.ts'
import { describeShape } from './field-words.ts'
import { renderLives } from './render-lives.ts'

/** The catalogue of events, from their schemas: what a sender may say and what a reader will find. */
export function renderEvents(): string {
  return `${[INTRODUCTION, renderEnvelope(), ...topics.map(renderTopic), renderLives()].join('\n\n')}\n`
}

const TOPICS: Record<Topic, { holds: string; key: string }> = {
  'flipside.behaviour': {
    holds: 'What somebody did in front of the shop.',
    key: 'the visitor: `user_id`, or else `anonymous_id`; one of them must be there'
  },
  'flipside.orders': { holds: 'The steps of orders and credit notes.', key: '`order_id`' },
  'flipside.stock': { holds: 'A ledger of signed movements of stock, and its alerts.', key: '`product_id`' },
  'flipside.catalogue': { holds: 'What the shop sells, and for how much.', key: '`product_id`' },
  'flipside.customers': { holds: 'Who is known, by pseudonym.', key: '`customer_id`' },
  'flipside.rentals': { holds: 'The steps of rentals, copy by copy.', key: '`copy_id`' },
  'flipside.operations': {
    holds: 'What people decide; the audit log, too.',
    key: 'what the decision is about, its kind in front: `rule:january-sale`'
  }
}

/** The scopes of keys that the collector takes it with. */
const sendersOf = (type: EventType) => KEY_SCOPES.filter((sender) => maySend(sender, type))

const kilobytes = (bytes: number) => `${bytes / 1024} KB`

const INTRODUCTION = `# Events

Written by \`npm run docs\` from the schemas in \`models/contracts\`: change those, not this file.

Events are sent to \`POST /v1/events\`, one, in a list, or as \`{"events": […]}\`. One has at most ${kilobytes(EVENT_BYTES_MAX)}; those of orders
${kilobytes(ORDER_EVENT_BYTES_MAX)}. Payloads of Segment, RudderStack and Google Analytics 4 are taken too: see [mapping.md](mapping.md).

- **Money** is a decimal string with at most 13 digits before the point and 4 after it, never a number: \`"12.95"\`.
- **Times** are RFC 3339 in UTC with at most milliseconds: \`"2026-01-31T12:00:00.250Z"\`.
- **Ids** are what the shop calls a thing: up to 100 characters, not \`.\` or \`..\`, no control characters.
- **Kept:** the warehouse keeps every event for good, but for what the erasing of a person takes away; the log keeps each topic for
  some time, so that it can be stored again.
- A field that is not named here is refused: a spelling mistake is told, not stored.
- **Versions:** within \`schema_version\` 1 only new types and new optional fields are added, and bounds only become wider. So an event
  that was valid stays valid, and a reader that ignores fields and values that it does not know goes on reading. Anything
  else would be a new type. A test holds every schema against the frozen \`test/contracts/events-v1.json\`.`

function renderEnvelope(): string {
  return [
    '## Every event',
    'These fields are in every event, beside its own and `type`.',
    renderFields({ ...Envelope }, new Set(['event_id', 'occurred_at']))
  ].join('\n\n')
}

function renderTopic(topic: Topic): string {
  const { holds, key } = TOPICS[topic]
  const types = Object.entries(topicSchemas[topic]) as [EventType, TObject][]
  return [
    `## ${topic}`,
    `${holds} Key: ${key}. Kept in the log for ${retentionDaysOf[topic]} days.`,
    ...types.map(([type, schema]) => renderType(type, schema))
  ].join('\n\n')
}

function renderType(type: EventType, schema: TObject & { description?: string }): string {
  const own = Object.entries(schema.properties).filter(([name]) => name !== 'type' && !(name in Envelope))
  const required = new Set(schema.required ?? [])
  const example = JSON.stringify(exampleOf(type), null, 2)
  return [
    `### ${type}`,
    `${schema.description} Sent by: ${sendersOf(type).join(', ')}.`,
    renderFields(Object.fromEntries(own), required),
    ...own.flatMap(([name, field]) => renderItems(name, field)),
    `\`\`\`json\n${example}\n\`\`\``
  ].join('\n\n')
}

/** A list of objects has a table of its own. */
function renderItems(name: string, field: TSchema): string[] {
  if (!('items' in field)) return []
  const items = field.items as TSchema
  if (!('properties' in items)) return []
  const { properties, required } = items as TObject
  return [`Each of \`${name}\`:`, renderFields(properties, new Set(required))]
}

function renderFields(fields: Record<string, TSchema>, required: ReadonlySet<string>): string {
  const rows = Object.entries(fields).map(([name, schema]) => {
    const meaning = 'description' in schema ? String(schema.description) : ''
    return `| \`${name}\`${required.has(name) ? '' : ' (optional)'} | ${describeShape(schema)} | ${meaning} |`
  })
  return ['| field | holds | meaning |', '|---|---|---|', ...rows].join('\n')
}
