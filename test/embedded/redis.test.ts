import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import * as fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { startRedis, type RedisOptions } from '../../embedded/redis.ts'
import { RequestReader } from '../../embedded/redis/requests.ts'
import { SortedSet } from '../../embedded/redis/sorted-set.ts'
import { describeWith } from '../real-services.ts'
import { chooseRealRedis } from '../redis-server.ts'
import { describeRedis } from './redis-contract.ts'

describeRedis('the embedded Redis', () => startRedis())

describeWith('over a real server', await chooseRealRedis(), ({ start }) =>
  describeRedis('a real Redis', start)
)

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function open(options: RedisOptions = {}) {
  const server = await startRedis(options)
  closers.push(() => server.close())
  const redis = new Redis(server.url)
  closers.push(() => redis.quit())
  return { server, redis }
}

test('lets nobody in without the password', async () => {
  const { server, redis } = await open({ password: 'a:b@c/d' })
  expect(await redis.set('a', 1)).toBe('OK')
  const socket = connect(server.port, '127.0.0.1')
  const replies: string[] = []
  for (const line of ['GET a', 'AUTH wrong', 'AUTH default a:b@c/d', 'GET a']) {
    socket.write(encode(line.split(' ').map((word) => Buffer.from(word))))
    const [bytes]: Buffer[] = await once(socket, 'data')
    replies.push(String(bytes))
  }
  socket.destroy()
  expect(replies).toEqual([
    '-NOAUTH Authentication required.\r\n',
    '-WRONGPASS invalid username-password pair or user is disabled.\r\n',
    '+OK\r\n',
    '$1\r\n1\r\n'
  ])
})

test('refuses to grow beyond its memory, and takes more when something was deleted', async () => {
  const { redis } = await open({ maxMemoryBytes: 100_000 })
  await redis.set('a', Buffer.alloc(60_000))
  await redis.hset('h', { field: Buffer.alloc(60_000) })
  const full = "OOM command not allowed when used memory > 'maxmemory'."
  await expect(redis.set('b', 'x')).rejects.toThrow(full)
  await expect(redis.sadd('s', 'x')).rejects.toThrow(full)
  expect(await redis.hdel('h', 'field')).toBe(1)
  expect(await redis.set('b', 'x')).toBe('OK')
})

test('counts the memory of everything that it keeps, and nothing once all is gone', async () => {
  const { redis } = await open()
  const usedBytes = async () => Number(/used_memory:(\d+)/.exec(await redis.info())?.[1])
  await redis.hset('h', { a: 'x'.repeat(1_000), b: 'y' })
  await redis.hset('h', { a: 'short' })
  expect(await usedBytes()).toBeLessThan(1_000)
  await redis.zadd('z', 1, 'a', 2, 'b')
  await redis.sadd('s', 'a', 'b', 'c')
  await redis.set('k', 'x'.repeat(5_000), 'PX', 20)
  expect(await usedBytes()).toBeGreaterThan(5_000)
  await redis.hdel('h', 'a', 'b')
  await redis.zremrangebyrank('z', 0, -1)
  await redis.srem('s', 'a', 'b', 'c')
  // The expired key goes by the sweep: nobody asks for it.
  await expect.poll(usedBytes, { timeout: 10_000 }).toBe(0)
})

test('makes a client that does not read its replies wait, instead of keeping them', async () => {
  const { server, redis } = await open()
  await redis.set('big', Buffer.alloc(1024 * 1024))
  const before = process.memoryUsage.rss()
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  const wanted = 300
  socket.write(
    Buffer.concat(Array.from({ length: wanted }, () => encode([Buffer.from('GET'), Buffer.from('big')])))
  )
  for (let i = 0; i < 20; i++) expect(await redis.ping()).toBe('PONG')
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024)
  let received = 0
  socket.on('data', (bytes) => (received += bytes.length))
  socket.resume()
  await expect
    .poll(() => received, { timeout: 20_000 })
    .toBe(wanted * (1024 * 1024 + '$1048576\r\n\r\n'.length))
  socket.destroy()
})

test('answers what came before bytes that are no request, then ends the connection', async () => {
  const { server, redis } = await open()
  for (const wrong of [
    'GET a\r\n',
    '*1\r\n+x\r\n',
    '*1\r\n$-1\r\n',
    '*x\r\n',
    '*99999999\r\n',
    '*2\r\n$999999999\r\n'
  ]) {
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (bytes) => (answer += String(bytes)))
    socket.write(Buffer.concat([encode([Buffer.from('PING')]), Buffer.from(wrong)]))
    await once(socket, 'close')
    expect(answer).toMatch(/^\+PONG\r\n-ERR Protocol error: [^\r\n]+\r\n$/)
  }
  expect(await redis.ping()).toBe('PONG')
})

test('runs as a process of its own and ends with its parent', async () => {
  const child = fork(new URL('../../embedded/redis.ts', import.meta.url), {
    env: { ...process.env, REDIS_PASSWORD: 'p' }
  })
  const [message]: { url: string }[] = await once(child, 'message')
  const redis = new Redis(message?.url ?? '')
  expect(await redis.ping()).toBe('PONG')
  redis.disconnect()
  const ended = once(child, 'exit')
  child.disconnect()
  expect(await ended).toEqual([0, null])
})

test('reads the same requests however the bytes are cut', () => {
  const word = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))
  const requests = fc.array(fc.array(word, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      requests,
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 20 }),
      (requests, cuts) => {
        const bytes = Buffer.concat(requests.map(encode))
        const reader = new RequestReader()
        const read: string[][] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const end = at + 1 + (cuts[i % cuts.length] ?? 0)
          reader.push(bytes.subarray(at, end))
          at = end
          for (let request = reader.next(); request; request = reader.next()) read.push(request)
        }
        expect(read).toEqual(requests.map((request) => request.map((each) => each.toString('latin1'))))
      }
    ),
    { seed: 11, numRuns: 300 }
  )
})

test('keeps a sorted set as sorting would', () => {
  const change = fc.record({
    member: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    score: fc.option(fc.integer({ min: -3, max: 3 }))
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const set = new SortedSet()
      const slow = new Map<string, number>()
      for (const { member, score } of changes) {
        if (score === null) expect(set.delete(member)).toBe(slow.delete(member))
        else {
          set.set(member, score)
          slow.set(member, score)
        }
      }
      const sorted = [...slow]
        .map(([member, score]) => ({ member, score }))
        .toSorted((a, b) => a.score - b.score || (a.member < b.member ? -1 : 1))
      expect(set.slice(0, set.size)).toEqual(sorted)
      for (const { member, score } of sorted) expect(set.scoreOf(member)).toBe(score)
    }),
    { seed: 12, numRuns: 300 }
  )
})

function encode(words: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from(`*${words.length}\r\n`),
    ...words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')])
  ])
}
