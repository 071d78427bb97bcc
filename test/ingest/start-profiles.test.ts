import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startProfiles } from '../../ingest/start-profiles.ts'
import { openEmbeddedShop, orderPlaced, type EmbeddedShop } from './embedded-shop.ts'

let shop: EmbeddedShop
beforeAll(async () => {
  shop = await openEmbeddedShop()
  vi.stubEnv('DATA_DIR', shop.dir)
  await shop.send(...Array.from({ length: 20 }, (_, i) => orderPlaced(i)))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await shop.close()
})

/** The log has no partitions for what is not assigned yet. */
async function untilCaughtUp(profiles: ReturnType<typeof startProfiles>): Promise<void> {
  const isDone = async () => {
    const lag = await profiles.lag()
    return lag.length > 0 && lag.every(({ records }) => records === 0)
  }
  await expect.poll(isDone, { timeout: 20_000 }).toBe(true)
}

it('tells how far behind it is, and ends with a word when it dies, without one when it is stopped', async () => {
  const ended: string[] = []
  const ports = { retried: () => {}, ended: ({ message }: Error) => void ended.push(message) }
  const dying = startProfiles(ports)
  await untilCaughtUp(dying)
  execFileSync('pkill', ['-KILL', '-P', String(process.pid), '-f', 'ingest/profiles'])
  await expect.poll(() => ended).toEqual(['live profiles ended: SIGKILL'])
  expect(await dying.lag()).toEqual([])
  await dying.stop()

  const stopped = startProfiles(ports)
  await untilCaughtUp(stopped)
  await stopped.stop()
  expect(ended).toHaveLength(1)
})

it('ends when whoever started it is killed, however early', async () => {
  const module = join(import.meta.dirname, '../../ingest/start-profiles.ts')
  const script = `
    import(${JSON.stringify(module)}).then(({ startProfiles }) => {
      startProfiles({ retried() {}, ended() {} })
      console.log('started')
    })`
  const starter = spawn(process.execPath, ['--eval', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  await once(starter.stdout, 'data')
  starter.kill('SIGKILL')
  try {
    // It shares the output with its starter, which is closed when both are gone.
    await once(starter, 'close', { signal: AbortSignal.timeout(10_000) })
  } finally {
    if (starter.pid !== undefined && starter.stdout.readable) process.kill(-starter.pid, 'SIGKILL')
  }
})
