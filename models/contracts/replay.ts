import { Type, type Static } from 'typebox'
import { MONEY_PATTERN } from './money.ts'

/**
 * What a replayed shop file held and how far it was sent: `replay.json` in DATA_DIR. The replayer writes it, `verify`
 * holds the warehouse against it.
 */
export const ReplayRecord = Type.Object({
  source: Type.String({ description: 'The `source` of the events' }),
  moved_days: Type.Integer({ description: 'Days added to every date' }),
  lines: Type.Integer({ description: 'Lines of the file' }),
  lines_rejected: Type.Integer({ description: 'Lines that could not become events' }),
  amount: Type.String({
    pattern: MONEY_PATTERN,
    description: 'Sum of quantity × price over the valid lines'
  }),
  refund_lines: Type.Integer(),
  refund_amount: Type.String({ pattern: MONEY_PATTERN }),
  documents: Type.Integer({ description: 'Invoices, credit notes and corrections' }),
  customers: Type.Integer(),
  groups_sent: Type.Integer({ description: 'Groups of events that the collector took, all before this one' }),
  complete: Type.Boolean()
})
export type ReplayRecord = Static<typeof ReplayRecord>
export const REPLAY_FILE = 'replay.json'
