import { Type, type Static } from 'typebox'
import type { EventOf } from '../../models/contracts/events.ts'
import { Id, Time, Units } from '../../models/contracts/events/fields.ts'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import type { Collector, Sender } from '../collector.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { wrongField } from '../errors.ts'
import { openCalendar } from '../stock/calendar.ts'
import {
  Author,
  conflict,
  decidingErrors,
  deciding,
  decisionId,
  envelope,
  registerDeciding,
  senderOf,
  write,
  WrittenEvents
} from '../stock/deciding.ts'
import { createTurns } from '../stock/in-turn.ts'
import type { Overlay } from '../stock/overlay.ts'
import { leadTimeOf } from '../stock/row.ts'
import { findProduct } from './products.ts'
import { findRecord } from './replenishment.ts'
import { Nullable, ProductParams } from './schemas.ts'

const DAY_MS = 86_400_000
const about = {
  suggestion_id: Type.String({ ...Id, description: 'As /v1/replenishment gave it' }),
  author: Author
}
const Accept = Type.Object(
  {
    ...about,
    quantity: Type.Optional(
      Type.Integer({ ...Units, description: 'Units to order; left out: as many as suggested' })
    ),
    place_order: Type.Boolean({
      default: true,
      description: 'Whether this places the order: the units are on their way from then on'
    })
  },
  { additionalProperties: false }
)
const Snooze = Type.Object({ ...about, until: Time }, { additionalProperties: false })
const Decided = Type.Object(
  {
    product_id: Type.String(),
    suggestion_id: Type.String(),
    decision: Type.Enum(['accepted', 'edited', 'snoozed']),
    quantity: Nullable(Type.Integer()),
    until: Nullable(Type.String()),
    ...WrittenEvents
  },
  { description: 'Stored durably' }
)

const ACCEPT = `Writes \`suggestion_accepted\`, or \`suggestion_edited\` where the quantity is another than the suggested, and, unless
\`place_order\` is false, \`purchase_ordered\` with the suggestion as its purchase. Sent twice it counts once: the first quantity stays.`

/** What people say of a suggestion, as events: the audit log, the warehouse and the next list follow from them. */
export function registerSuggestions(
  app: ApiApp,
  { config, serving }: ApiDependencies,
  { collector, overlay }: { collector: Collector; overlay: Overlay }
): void {
  const dayOf = openCalendar(config.SHOP_TIME_ZONE)
  const response = { 202: Decided, ...decidingErrors }
  const inTurn = createTurns()

  registerDeciding(app, collector, (scope) => {
    scope.post(
      '/v1/replenishment/:product_id/accept',
      {
        ...deciding,
        schema: {
          ...deciding.schema,
          summary: 'Accept a suggestion, with its quantity or another',
          description: ACCEPT,
          params: ProductParams,
          body: Accept,
          response
        }
      },
      async (request, reply) => {
        const sender = senderOf(request)
        const { product_id } = request.params
        const decided = await inTurn(product_id, () => accept(product_id, request.body, sender))
        return reply.code(202).send(decided)
      }
    )

    scope.post(
      '/v1/replenishment/:product_id/snooze',
      {
        ...deciding,
        schema: {
          ...deciding.schema,
          summary: 'Not to be shown a suggestion until later',
          description: 'Writes `suggestion_snoozed`.',
          params: ProductParams,
          body: Snooze,
          response
        }
      },
      async (request, reply) => {
        const sender = senderOf(request)
        const { product_id } = request.params
        mustBeToCome(request.body.until)
        const decided = await inTurn(product_id, () => snooze(product_id, request.body, sender))
        return reply.code(202).send(decided)
      }
    )
  })

  async function accept(
    id: string,
    { suggestion_id, author, place_order, quantity }: Static<typeof Accept>,
    sender: Sender
  ): Promise<Static<typeof Decided>> {
    const record = findPresent(id, suggestion_id)
    const { product_id } = record
    const units = quantity ?? record.order.quantity
    const decision = units === record.order.quantity ? 'accepted' : 'edited'
    mustAgree(record, units)
    const events = [
      {
        // One id whatever the quantity: of two who accept at once, one counts.
        ...envelope(sender, author, decisionId(product_id, suggestion_id, 'order')),
        type: `suggestion_${decision}` as const,
        suggestion_id,
        product_id,
        quantity: units
      },
      ...(place_order ? [purchaseOf(record, { sender, suggestion_id, quantity: units })] : [])
    ]
    const written = await write(collector, sender, events)
    const by = author ?? sender.caller.key_id
    const decided = { decision, quantity: units, until: null } as const
    overlay.decide({ product_id, suggestion_id }, { ...decided, at: sender.receivedAt, author: by })
    return { product_id, suggestion_id, ...decided, ...written }
  }

  async function snooze(
    id: string,
    { suggestion_id, author, until }: Static<typeof Snooze>,
    sender: Sender
  ): Promise<Static<typeof Decided>> {
    const record = findPresent(id, suggestion_id)
    const { product_id } = record
    mustAgree(record, undefined)
    const event: EventOf<'suggestion_snoozed'> = {
      ...envelope(sender, author, decisionId(product_id, suggestion_id, 'snoozed', until)),
      type: 'suggestion_snoozed',
      suggestion_id,
      product_id,
      until
    }
    const written = await write(collector, sender, [event])
    const decided = { decision: 'snoozed', quantity: null, until } as const
    overlay.decide(
      { product_id, suggestion_id },
      { ...decided, at: sender.receivedAt, author: event.author ?? null }
    )
    return { product_id, suggestion_id, ...decided, ...written }
  }

  /** A suggestion is of one day: one that stock and forecast have moved on from must not be ordered by mistake. */
  function findPresent(id: string, suggestion_id: string): ServedReplenishment {
    const record = findRecord(serving, findProduct(serving, id).product_id)
    if (record.suggestion_id === suggestion_id) return record
    if (record.suggestion_id === null)
      throw conflict('nothing_suggested', `nothing is suggested now: ${record.order.why}`, 'suggestion_id')
    throw conflict('not_current', `the present suggestion is ${record.suggestion_id}`, 'suggestion_id')
  }

  /** What was ordered today stays ordered; the same once more is no contradiction. */
  function mustAgree(record: ServedReplenishment, quantity: number | undefined): void {
    const before = overlay.decisionOf(record)
    if (!before || before.decision === 'snoozed' || before.quantity === quantity) return
    const today = dayOf(new Date())
    if (dayOf(new Date(before.at)) !== today) return
    throw conflict(
      'already_decided',
      `was ${before.decision} already, with ${before.quantity} units`,
      'suggestion_id'
    )
  }
}

type Order = { sender: Sender; suggestion_id: string; quantity: number }

function purchaseOf(
  record: ServedReplenishment,
  { sender, suggestion_id, quantity }: Order
): EventOf<'purchase_ordered'> {
  const { product_id, supplier_id } = record
  const days = leadTimeOf(record)
  const { author: _, ...shared } = envelope(
    sender,
    undefined,
    decisionId(product_id, suggestion_id, 'purchase')
  )
  const expectedMs = Date.parse(sender.receivedAt) + (days ?? 0) * DAY_MS
  return {
    ...shared,
    type: 'purchase_ordered',
    product_id,
    quantity,
    purchase_id: suggestion_id,
    ...(supplier_id !== null && { supplier_id }),
    ...(days !== null && { expected_at: new Date(expectedMs).toISOString() })
  }
}

export function mustBeToCome(until: string): void {
  if (!(Date.parse(until) > Date.now())) throw wrongField('until', 'must be a time to come')
}
