import { REPLAY_FILE, type ReplayRecord } from '../../../models/contracts/replay.ts'
import type { DemoShop, LoadShopOptions } from '../demo-shop.ts'
import { watchStored } from '../watch-stored.ts'
import { ONLINE_RETAIL_LINES } from './lines.ts'
import { readReplay, replayOnlineRetail, wholeWeeksUntil } from './replay.ts'
import { describeShop } from './shop.ts'

const STORED = `
  SELECT (SELECT count() FROM mart.order_lines) + (SELECT countIf(line_id > 0) FROM mart.stock_movements) AS stored`

export function onlineRetailDemo(options: { dates: string }): DemoShop {
  let moved_days = 0
  return {
    recordFile: REPLAY_FILE,
    dataDir: '.data',
    help: `  --dates moved      all dates move by whole weeks so that the year ends last week (default)
  --dates original   December 2010 to December 2011, as in the file
`,
    async describe(dataDir) {
      moved_days = await chooseMove(dataDir, options.dates)
      return describeShop(moved_days)
    },
    async load(load) {
      const { lines, lines_rejected } = await replayYear(load, moved_days)
      return `${lines.toLocaleString('en')} lines, ${lines_rejected} rejected`
    }
  }
}

/** Sends what is not sent yet, and shows how much of it the warehouse holds until it holds all. */
async function replayYear(options: LoadShopOptions, moved_days: number): Promise<ReplayRecord> {
  const { progress } = options
  let replayed: ReplayRecord | undefined
  const reading = (lines: number) => progress(lines, ONLINE_RETAIL_LINES, 'reading the shop’s file')
  const sending = replayOnlineRetail({ ...options, key: options.server_key, moved_days, reading })
  const watching = watchStored({
    ...options,
    query: STORED,
    expected: () => replayed && replayed.lines - replayed.lines_rejected,
    shown: (stored) =>
      progress(stored, ONLINE_RETAIL_LINES, `${stored.toLocaleString('en')} of the year’s lines stored`)
  })
  await Promise.all([sending.then((record) => (replayed = record)), watching])
  return sending
}

/** Dates are moved once: events that are stored already cannot move again. */
async function chooseMove(dataDir: string, dates: string): Promise<number> {
  const wanted = dates === 'original' ? 0 : wholeWeeksUntil(new Date())
  const kept = (await readReplay(dataDir))?.moved_days
  if (kept !== undefined && (kept === 0) !== (wanted === 0)) {
    const how = kept === 0 ? 'original' : 'moved'
    process.stderr.write(
      `${dataDir} was loaded with ${how} dates and keeps them; remove it to start afresh.\n`
    )
  }
  return kept ?? wanted
}
