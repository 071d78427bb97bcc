import { setTimeout as wait } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { startWarehouse } from '../../embedded/start-warehouse.ts'

const START_TRIES_MAX = 20
const START_AGAIN_MS = 500

/** The embedded warehouse, at one address whatever becomes of its process. */
export type BreakableWarehouse = {
  address: { url: string; username: string; password: string }
  client: ClickHouseClient
  rows<Row>(query: string): Promise<Row[]>
  /** Silent for so long, then as if nothing had been. */
  freeze(forMs: number): Promise<void>
  /** Killed, and started again on the same folder and port after so long. */
  kill(forMs: number): Promise<void>
  close(): Promise<void>
}

export async function openBreakableWarehouse(dataDir: string): Promise<BreakableWarehouse> {
  let running = await startWarehouse({ dataDir })
  const { url, user, password } = running
  const address = { url, username: user, password }
  const client = createClient({ ...address, log: { level: ClickHouseLogLevel.OFF }, request_timeout: 60_000 })

  /** The engine of the process before may need a moment to let go of the folder. */
  async function startAgain(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        running = await startWarehouse({ dataDir, port: Number(new URL(url).port), user, password })
        return
      } catch (error) {
        if (tries === START_TRIES_MAX) throw error
        await wait(START_AGAIN_MS)
      }
    }
  }

  return {
    address,
    client,
    async rows<Row>(query: string) {
      return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
    },
    async freeze(forMs) {
      process.kill(running.pid, 'SIGSTOP')
      await wait(forMs)
      process.kill(running.pid, 'SIGCONT')
    },
    async kill(forMs) {
      process.kill(running.pid, 'SIGKILL')
      await running.ended
      await wait(forMs)
      await startAgain()
    },
    async close() {
      await client.close()
      await running.close()
    }
  }
}
