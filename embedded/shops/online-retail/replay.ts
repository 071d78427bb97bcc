import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'
import { REPLAY_FILE, ReplayRecord } from '../../../models/contracts/replay.ts'
import { packBatches, sendBatches } from '../send.ts'
import { eventId, SOURCE, toEvents } from './events.ts'
import { ONLINE_RETAIL_FILE, readLines, type LineResult, type RetailLine } from './lines.ts'

const DAY_MS = 86_400_000
/** The last day of the file. */
const LAST_DAY_MS = Date.parse('2011-12-09T00:00:00Z')

/** Whole weeks, so that the year ends within the seven days before `now` and every weekday stays what it was. */
export function wholeWeeksUntil(now: Date): number {
  return Math.floor((now.getTime() - DAY_MS - LAST_DAY_MS) / (7 * DAY_MS)) * 7
}

export type ReplayOptions = {
  dataDir: string
  moved_days: number
  url: string
  key: string
  stopped: AbortSignal
  reading: (lines: number) => void
  file?: URL | string
}

/**
 * Sends the shop's year through the collector. How far it came is kept in DATA_DIR after every batch: a second start
 * goes on from there and keeps the dates of the first. What is sent twice has the same event_id and is stored once.
 */
export async function replayOnlineRetail(options: ReplayOptions): Promise<ReplayRecord> {
  const path = join(options.dataDir, REPLAY_FILE)
  const earlier = await readReplay(options.dataDir)
  if (earlier?.complete) return earlier
  const lines: RetailLine[] = []
  const refused: Extract<LineResult, { ok: false }>[] = []
  for await (const result of readLines(options.file ?? ONLINE_RETAIL_FILE)) {
    if (result.ok) lines.push(result.line)
    else refused.push(result)
    if ((lines.length + refused.length) % 5_000 === 0) options.reading(lines.length + refused.length)
    options.stopped.throwIfAborted()
  }
  let record: ReplayRecord = earlier ?? { ...describe(lines, refused.length), moved_days: options.moved_days }
  const keep = async (change: Partial<ReplayRecord>) => {
    record = { ...record, ...change }
    await writeFile(`${path}.new`, JSON.stringify(record, null, 2))
    await rename(`${path}.new`, path)
  }
  await keep({})
  if (refused.length > 0) await sendRefused(refused, options)
  const batches = packBatches(toEvents(lines, record), { skipGroups: record.groups_sent })
  await sendBatches(batches, { ...options, sent: (batch) => keep({ groups_sent: batch.groupsEnd }) })
  await keep({ complete: true })
  return record
}

export async function readReplay(dataDir: string): Promise<ReplayRecord | undefined> {
  const text = await readFile(join(dataDir, REPLAY_FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const record: unknown = JSON.parse(text)
  if (!Value.Check(ReplayRecord, record))
    throw new Error(`${join(dataDir, REPLAY_FILE)} is not a replay's record`)
  return record
}

function describe(lines: RetailLine[], lines_rejected: number): Omit<ReplayRecord, 'moved_days'> {
  const amountOf = (some: RetailLine[]) =>
    formatMoney(some.reduce((sum, line) => sum + parseMoney(line.unit_price) * BigInt(line.quantity), 0n))
  const refunds = lines.filter((line) => line.invoice.startsWith('C'))
  return {
    source: SOURCE,
    lines: lines.length + lines_rejected,
    lines_rejected,
    amount: amountOf(lines),
    refund_lines: refunds.length,
    refund_amount: amountOf(refunds),
    documents: new Set(lines.map((line) => line.invoice)).size,
    customers: new Set(lines.flatMap((line) => line.customer_id ?? [])).size,
    groups_sent: 0,
    complete: false
  }
}

/** A line that cannot become an event is still handed to the collector, which keeps it with the reason. */
async function sendRefused(
  refused: Extract<LineResult, { ok: false }>[],
  options: ReplayOptions
): Promise<void> {
  for (let i = 0; i < refused.length; i += 100) {
    const unreadable = refused.slice(i, i + 100).map(({ line_id, reason, text }) => ({
      type: 'unreadable_line',
      event_id: eventId(`unreadable:line:${line_id}`, '2010-12-01T00:00:00Z'),
      source: SOURCE,
      line_id,
      reason,
      text
    }))
    const body = JSON.stringify({ events: unreadable })
    await sendBatches([{ body, groupsEnd: 0 }], { ...options, mayReject: true, sent: async () => {} })
  }
}
