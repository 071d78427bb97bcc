import { Type } from 'typebox'
import type { EventOf } from '../../models/contracts/events.ts'
import { Id, Time } from '../../models/contracts/events/fields.ts'
import { operationSchemas } from '../../models/contracts/events/operations.ts'
import { STOCK_ALERTS } from '../../models/contracts/events/stock.ts'
import type { Collector } from '../collector.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
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
import type { Overlay } from '../stock/overlay.ts'
import { findProduct } from './products.ts'
import { findRecord } from './replenishment.ts'
import { ProductParams } from './schemas.ts'
import { mustBeToCome } from './suggestions.ts'

const { title, lead_time_days, lead_time_spread_days, review_days, minimum_order, definition } =
  operationSchemas.supplier_upserted.properties
const Supplier = Type.Object(
  { title, lead_time_days, lead_time_spread_days, review_days, minimum_order, definition, author: Author },
  { additionalProperties: false }
)
const Threshold = Type.Object(
  { minimum: operationSchemas.stock_threshold_set.properties.minimum, author: Author },
  { additionalProperties: false }
)
const { worse_below } = operationSchemas.stock_alert_snoozed.properties
const AlertSnooze = Type.Object(
  {
    until: Type.Optional(Type.String({ ...Time, description: 'When people may be told again' })),
    worse_below,
    author: Author
  },
  { additionalProperties: false }
)
const Written = Type.Object(WrittenEvents, { description: 'Stored durably' })
const response = { 202: Written, ...decidingErrors }

/** Suppliers, thresholds and quiet alerts, as events. */
export function registerStockSettings(
  app: ApiApp,
  { serving }: ApiDependencies,
  { collector, overlay }: { collector: Collector; overlay: Overlay }
): void {
  registerDeciding(app, collector, (scope) => {
    scope.post(
      '/v1/stock/alerts/:product_id/:alert/snooze',
      {
        ...deciding,
        schema: {
          ...deciding.schema,
          summary: 'Nobody is to be told of an alert for a while',
          description:
            'Writes `stock_alert_snoozed`. Quiet until a time, or while units are not below `worse_below`; with neither until it is cleared.',
          params: Type.Object({ ...ProductParams.properties, alert: Type.Enum([...STOCK_ALERTS]) }),
          body: AlertSnooze,
          response
        }
      },
      async (request, reply) => {
        const sender = senderOf(request)
        const { product_id } = findProduct(serving, request.params.product_id)
        const { alert } = request.params
        const { until, worse_below: below } = request.body
        if (until !== undefined) mustBeToCome(until)
        const active = findRecord(serving, product_id).alerts.find((own) => own.alert === alert)
        if (!active) throw conflict('not_active', `there is no ${alert} of it now`, 'alert')
        const id = decisionId(product_id, alert, active.raised_at, until, below)
        const event: EventOf<'stock_alert_snoozed'> = {
          ...envelope(sender, request.body.author, id),
          type: 'stock_alert_snoozed',
          product_id,
          alert,
          ...(until !== undefined && { until }),
          ...(below !== undefined && { worse_below: below })
        }
        const written = await write(collector, sender, [event])
        overlay.snooze({ product_id, alert }, until ?? 'cleared')
        return reply.code(202).send(written)
      }
    )

    scope.put(
      '/v1/stock/thresholds/:product_id',
      {
        ...deciding,
        schema: {
          ...deciding.schema,
          summary: 'Say when a product counts as low',
          description: 'Writes `stock_threshold_set`.',
          params: ProductParams,
          body: Threshold,
          response
        }
      },
      async (request, reply) => {
        const sender = senderOf(request)
        const { product_id } = findProduct(serving, request.params.product_id)
        const event: EventOf<'stock_threshold_set'> = {
          ...envelope(sender, request.body.author),
          type: 'stock_threshold_set',
          product_id,
          minimum: request.body.minimum
        }
        return reply.code(202).send(await write(collector, sender, [event]))
      }
    )

    scope.put(
      '/v1/suppliers/:supplier_id',
      {
        ...deciding,
        schema: {
          ...deciding.schema,
          summary: 'Describe a supplier: all of it, as it is now',
          description: 'Writes `supplier_upserted`. A product’s own lead time and minimum go before.',
          params: Type.Object({ supplier_id: Type.String({ ...Id, description: 'As in product_upserted' }) }),
          body: Supplier,
          response
        }
      },
      async (request, reply) => {
        const sender = senderOf(request)
        const { author: by, ...described } = request.body
        const event: EventOf<'supplier_upserted'> = {
          ...envelope(sender, by),
          type: 'supplier_upserted',
          supplier_id: request.params.supplier_id,
          ...described
        }
        return reply.code(202).send(await write(collector, sender, [event]))
      }
    )
  })
}
