import type { DemoShop } from '../demo-shop.ts'
import { watchStored } from '../watch-stored.ts'
import { EVENTS_A_DAY } from './mix.ts'
import { DEFAULT_SETTINGS } from './events.ts'
import { MUSIC_FILE, readMusicRecord, SIMULATION, writeMusicRecord, type MusicRecord } from './record.ts'
import { describeMusicShop } from './shop.ts'
import { openMusicStream, type MusicStream } from './stream.ts'

const WEEK_MS = 7 * 86_400_000
/** Ranges of the log that are stored count what came in, repeats and people who were forgotten since included. */
const STORED = `SELECT sum(records) AS stored FROM ops.ingest_blocks WHERE epoch = 0 AND topic != 'flipside.rejected'`

export type MusicDemoOptions = {
  /** Undefined: the default for a new shop, and what it has for one that was begun. */
  seed: string | undefined
  shoppers: number | undefined
  history_weeks: number
  /** Infinity: as many as the collector takes. */
  eventsPerSecond: number
}

export function musicDemo(options: MusicDemoOptions): DemoShop {
  let record: MusicRecord | undefined
  let stream: MusicStream | undefined
  return {
    recordFile: MUSIC_FILE,
    dataDir: '.data-music',
    help: `  --rate 5             events a second once the history is sent; max: as many as the collector takes
  --seed ${DEFAULT_SETTINGS.seed}      another word gives another shop
  --shoppers ${DEFAULT_SETTINGS.shoppers}      how many customers it may have; visits grow with them
  --history-weeks 4    how much has happened before the page is up
`,
    async describe(dataDir) {
      record = await chooseRecord(dataDir, options)
      return describeMusicShop()
    },
    async load(load) {
      if (!record) throw new Error('describe comes first')
      const expected = expectedEvents(record)
      const earlierCount = record.events_sent
      let isSent = false
      stream = openMusicStream(record, {
        ...load,
        // What happens in the shop has keys among it.
        key: load.admin_key,
        sent: (events) => !isSent && load.progress(Math.min(events, expected - 1), expected, 'history sent')
      })
      await stream.sendHistory()
      isSent = true
      const sent = stream.sentCount()
      await watchStored({
        ...load,
        query: STORED,
        expected: () => sent,
        shown: (stored) => load.progress(stored, sent, `${stored.toLocaleString('en')} events stored`)
      })
      const what = earlierCount > 0 ? 'goes on after ' : ''
      return `${what}${sent.toLocaleString('en')} simulated events`
    },
    async goOn() {
      await stream?.sendLive(options.eventsPerSecond)
    }
  }
}

/** A shop that was begun keeps its seed and dates; only the rate may differ from start to start. */
async function chooseRecord(dataDir: string, options: MusicDemoOptions): Promise<MusicRecord> {
  const { seed, shoppers, history_weeks } = options
  const kept = await readMusicRecord(dataDir)
  if (kept) {
    if ((seed ?? kept.seed) !== kept.seed || (shoppers ?? kept.shoppers) !== kept.shoppers) {
      process.stderr.write(
        `${dataDir} holds the shop of seed ${kept.seed} with ${kept.shoppers} shoppers and keeps it; remove it to start afresh.\n`
      )
    }
    return kept
  }
  const end = Date.now()
  const record: MusicRecord = {
    simulation: SIMULATION,
    seed: seed ?? DEFAULT_SETTINGS.seed,
    shoppers: shoppers ?? DEFAULT_SETTINGS.shoppers,
    start: new Date(end - history_weeks * WEEK_MS).toISOString(),
    history_end: new Date(end).toISOString(),
    events_sent: 0
  }
  await writeMusicRecord(dataDir, record)
  return record
}

/** For the progress bar only. */
function expectedEvents({ start, history_end, shoppers }: MusicRecord): number {
  const days = (Date.parse(history_end) - Date.parse(start)) / 86_400_000
  return Math.round(2_300 + (days * EVENTS_A_DAY * shoppers) / DEFAULT_SETTINGS.shoppers)
}
