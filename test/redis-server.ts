import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { findFreePorts } from './free-ports.ts'
import { fetchFiles } from './maven.ts'
import { canRun } from './run-command.ts'

/** A jar that holds the binary for Linux and macOS. */
const BINARIES = 'com.github.codemonstur:embedded-redis:1.4.3'

/** A real Redis, for suites that must hold over it and over the embedded one. */
export type RealRedis = { url: string; close(): Promise<void> }

export type RealRedisChoice = { start: () => Promise<RealRedis> } | { missing: string }

/** Where a real Redis can be had: `REDIS_TEST_URL` (it is emptied!), `redis-server` on the PATH, Docker, or Maven. */
export async function chooseRealRedis(): Promise<RealRedisChoice> {
  const url = process.env['REDIS_TEST_URL']
  if (url) return { start: async () => ({ url, close: async () => undefined }) }
  if (await canRun('redis-server', ['--version'])) return { start: () => startBinary('redis-server') }
  if (await canRun('docker', ['info'])) return { start: startContainer }
  const tried = 'there is no REDIS_TEST_URL, no redis-server on the PATH, no Docker'
  if (!(await canRun('mvn', ['--version']))) return { missing: `${tried} and no Maven` }
  try {
    const binary = await fetchBinary()
    return { start: () => startBinary(binary) }
  } catch (error) {
    return { missing: `${tried}, and what Maven has does not run: ${String(error)}` }
  }
}

async function fetchBinary(): Promise<string> {
  const dir = await fetchFiles('redis-1.4.3', BINARIES, 'redis-server-*')
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const [binary] = globSync(join(dir, `redis-server-*-${process.platform}-${architecture}`))
  if (!binary) throw new Error(`no binary for ${process.platform} on ${architecture}`)
  if (!(await canRun(binary, ['--version']))) throw new Error(`${binary} --version fails`)
  return binary
}

async function startBinary(binary: string): Promise<RealRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'flipside-redis-'))
  const [port = 0] = await findFreePorts(1)
  const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir]
  const child = spawn(binary, [...address, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const url = `redis://127.0.0.1:${port}`
  async function close(): Promise<void> {
    child.kill()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await waitUntilReady(url)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startContainer(): Promise<RealRedis> {
  const { GenericContainer } = await import('testcontainers')
  const container = await new GenericContainer('redis:8.2-alpine').withExposedPorts(6379).start()
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
