import type { Progress } from '../../jobs/progress.ts'
import type { Stores } from '../stores.ts'

/** A shop that the demo can run: what it says of itself, its history, and what goes on afterwards. */
export type DemoShop = {
  /** Says whether a data directory is this shop's. */
  recordFile: string
  /** Where its data goes unless DATA_DIR says otherwise. */
  dataDir: string
  help: string
  /** Called once, before anything is sent; resolves to what the pages say (`api/shop.ts` checks it). */
  describe(dataDir: string): Promise<object>
  /** Sends what is not sent yet; resolves once all of it is stored, to a sentence about it. */
  load(options: LoadShopOptions): Promise<string>
  /** Runs until it is stopped. */
  goOn?(options: LoadShopOptions): Promise<void>
}

export type LoadShopOptions = {
  dataDir: string
  logDir: string
  clickhouse: Stores['clickhouse']
  url: string
  /** May send all that happens in a shop. */
  server_key: string
  /** May also issue keys. */
  admin_key: string
  stopped: AbortSignal
  progress: Progress
}
