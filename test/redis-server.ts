import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** A real Redis, for suites that must hold over it and over the embedded one. */
export type RealRedis = { url: string; close(): Promise<void> }

export type RealRedisChoice = { start: () => Promise<RealRedis> } | { missing: string }

/** Where a real Redis can be had: `REDIS_TEST_URL` (it is emptied!), `redis-server` on the PATH, or Docker. */
export function chooseRealRedis(): RealRedisChoice {
  const url = process.env['REDIS_TEST_URL']
  if (url) return { start: async () => ({ url, close: async () => undefined }) }
  if (spawnSync('redis-server', ['--version']).status === 0) return { start: startBinary }
  if (spawnSync('docker', ['info'], { timeout: 10_000 }).status === 0) return { start: startContainer }
  return { missing: 'there is no REDIS_TEST_URL, no redis-server on the PATH and no Docker' }
}

async function startBinary(): Promise<RealRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'flipside-redis-'))
  const port = await findFreePort()
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    '--appendonly',
    'no'
  ]
  const child = spawn('redis-server', settings, { stdio: 'ignore' })
  const url = `redis://127.0.0.1:${port}`
  try {
    await waitUntilReady(url)
  } catch (error) {
    child.kill()
    throw error
  }
  return {
    url,
    async close() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

async function startContainer(): Promise<RealRedis> {
  const { GenericContainer } = await import('testcontainers')
  const container = await new GenericContainer('redis:7-alpine').withExposedPorts(6379).start()
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    close: async () => {
      await container.stop()
    }
  }
}

async function waitUntilReady(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: null, lazyConnect: true })
  redis.on('error', () => undefined)
  try {
    for (let tries = 0; ; tries++) {
      try {
        await redis.connect()
        return
      } catch (error) {
        if (tries > 100) throw error
        await wait(50)
      }
    }
  } finally {
    redis.disconnect()
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address && typeof address === 'object') return address.port
  throw new Error('no free port')
}
