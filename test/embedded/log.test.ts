import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openKafkaSender } from '../../api/kafka.ts'
import { openLogConsumer, openLogSender } from '../../embedded/log.ts'
import { murmur2 } from '../../embedded/log/murmur2.ts'
import { openReader } from '../../embedded/log/partition-reader.ts'
import { readPartitionCount } from '../../embedded/log/topics.ts'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { createTopics } from '../../ingest/kafka-admin.ts'
import type { LogMessage } from '../../models/contracts/event-log.ts'
import { describeWith, findSharedKafka } from '../real-services.ts'
import { describeEventLog } from './event-log-contract.ts'

const root = mkdtempSync(join(tmpdir(), 'flipside-log-'))
let folders = 0
const newDir = () => join(root, String(folders++))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const shared = newDir()
describeEventLog('the embedded log', {
  openSender: () => openLogSender({ dir: shared }),
  openConsumer: (group) => openLogConsumer({ dir: shared, group }),
  async createTopic(topic, partitionsPerTopic) {
    const sender = await openLogSender({ dir: shared, partitionsPerTopic })
    await sender.send(topic, [])
    await sender.close()
  }
})

describeWith('over a real broker', await findSharedKafka(), ({ brokers }) => {
  const kafka = { brokers, clientId: 'flipside-test', connectionTimeout: 3_000 }
  describeEventLog('Kafka', {
    openSender: () => openKafkaSender(kafka),
    openConsumer: (group) => openKafkaConsumer({ ...kafka, group }),
    async createTopic(topic, partitions) {
      await createTopics({ ...kafka, topics: [{ topic, partitions }] })
    }
  })
})

test('chooses the partition of a key as kafkajs and Kafka do', () => {
  const require = createRequire(import.meta.url)
  const theirs: (key: string) => number = require('kafkajs/src/producer/partitioners/default/murmur2')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      (key) => murmur2(Buffer.from(key)) === theirs(key)
    ),
    { seed: 7, numRuns: 500 }
  )
})

describe('a writer that died', () => {
  test('leaves whole records readable wherever its last write was cut, and the next writer goes on from there', async () => {
    const whole = newDir()
    await sendAll(whole, [
      { key: 'a', value: 'first' },
      { key: 'a', value: 'second' }
    ])
    const file = join(whole, 't', '0.log')
    const bytes = readFileSync(file)
    const lastStart = bytes.lastIndexOf('FLR1')
    for (let cut = lastStart; cut < bytes.length; cut++) {
      writeFileSync(file, bytes)
      truncateSync(file, cut)
      expect(await readAll(whole)).toEqual(['first'])
      await sendAll(whole, [{ key: 'a', value: 'third' }])
      expect(await readAll(whole)).toEqual(['first', 'third'])
    }
  })

  test('leaves bytes behind the last synced record that no one ever reads', async () => {
    const dir = newDir()
    await sendAll(dir, [{ key: 'a', value: 'first' }])
    appendFileSync(join(dir, 't', '0.log'), Buffer.alloc(300, 7))
    expect(await readAll(dir)).toEqual(['first'])
    await sendAll(dir, [{ key: 'a', value: 'second' }])
    expect(await readAll(dir)).toEqual(['first', 'second'])
  })

  test('killed in the middle has lost nothing that it acknowledged and mixed up no order', async () => {
    for (let round = 0; round < 3; round++) {
      const dir = newDir()
      const child = runScript(ACKNOWLEDGING_SENDER, dir)
      const ended = once(child, 'exit')
      let acknowledged = -1
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number(line)
        if (acknowledged > 200 + 150 * round) child.kill('SIGKILL')
      }
      await ended
      const before = (await readAll(dir)).map(Number)
      expect(before).toEqual(before.map((_, i) => i))
      expect(before.length).toBeGreaterThan(acknowledged)
      // What was synced but not acknowledged yet comes to light with the next writer; it takes nothing back.
      await sendAll(dir, [{ key: 'k', value: '-1' }])
      const after = (await readAll(dir)).map(Number)
      expect(after).toEqual([...after.slice(0, -1).map((_, i) => i), -1])
      expect(after.length).toBeGreaterThan(before.length)
    }
  })
})

describe('a damaged file', () => {
  test('ends the run with an error that names the file and the byte', async () => {
    const { dir, file, secondStart } = await damaged((bytes, secondStart) => {
      bytes[secondStart + 25] = 0
    })
    await expect(readAll(dir)).rejects.toThrow(
      `${file} is damaged: the record at byte ${secondStart}, offset 1`
    )
  })

  test('is noticed where the length of a record is what was damaged', async () => {
    const { dir, file } = await damaged((bytes, secondStart) => bytes.writeUInt32LE(500_000, secondStart + 4))
    await expect(readAll(dir)).rejects.toThrow(`${file} is damaged`)
  })
})

describe('two writers', () => {
  test('cannot both have a partition; the second hears who has it, and gets it when the first closes', async () => {
    const dir = newDir()
    const first = await openLogSender({ dir, partitionsPerTopic: 1 })
    const second = await openLogSender({ dir })
    await first.send('t', [{ key: 'a', value: '1' }])
    const sending = second.send('t', [{ key: 'a', value: '2' }])
    await expect(sending).rejects.toThrow(`process ${process.pid} holds the lock ${join(dir, 't', '0.lock')}`)
    await first.close()
    await second.send('t', [{ key: 'a', value: '3' }])
    await second.close()
    expect(await readAll(dir)).toEqual(['1', '3'])
  })

  test('share a topic of messages without keys, each in a partition of its own', async () => {
    const dir = newDir()
    const api = await openLogSender({ dir })
    const ingest = await openLogSender({ dir })
    const third = await openLogSender({ dir })
    await Promise.all([1, 2, 3].map((i) => api.send('t', [{ key: null, value: `api ${i}` }])))
    await ingest.send('t', [{ key: null, value: 'ingest' }])
    await expect(third.send('t', [{ key: null, value: 'third' }])).rejects.toThrow(
      'no partition of t is free'
    )
    for (const writer of [api, ingest, third]) await writer.close()
    expect((await readAll(dir)).toSorted()).toEqual(['api 1', 'api 2', 'api 3', 'ingest'])
  })

  test('may follow each other when the first was killed or its id now belongs to another process', async () => {
    const dir = newDir()
    await sendAll(dir, [{ key: 'a', value: '1' }])
    const ended = spawnSync(process.execPath, ['-e', '0']).pid
    for (const holder of [`${ended} 1`, `${process.pid} of long ago`, '']) {
      writeFileSync(join(dir, 't', '0.lock'), holder)
      await sendAll(dir, [{ key: 'a', value: '2' }])
    }
    expect(await readAll(dir)).toEqual(['1', '2', '2', '2'])
  })
})

test('refuses a second consumer of a group and names the first', async () => {
  const dir = newDir()
  const first = await openLogConsumer({ dir, group: 'ingest' })
  await expect(openLogConsumer({ dir, group: 'ingest' })).rejects.toThrow(
    `process ${process.pid} holds the lock`
  )
  await first.close()
  await (await openLogConsumer({ dir, group: 'ingest' })).close()
})

test.skipIf(process.platform === 'win32')(
  'refuses what the disk has no room for, leaves no half record, and goes on when there is room',
  async () => {
    const dir = newDir()
    await sendAll(dir, [{ key: 'k', value: 'kept' }])
    const child = runScript(FILLING_SENDER, dir, 'ulimit -f 200; ')
    let output = ''
    for await (const line of createInterface(child.stdout)) output += line
    const { stored, refused }: { stored: number; refused: string[] } = JSON.parse(output)
    expect(refused).toEqual(refused.map(() => 'EFBIG'))
    expect(refused.length).toBeGreaterThan(1)
    expect(stored).toBeGreaterThan(0)
    expect(await readAll(dir)).toHaveLength(stored + 1)
    await sendAll(dir, [{ key: 'k', value: 'after' }])
    expect(await readAll(dir)).toHaveLength(stored + 2)
  }
)

test('refuses a batch with a message of more than 1 MiB whole', async () => {
  const dir = newDir()
  const messages = [
    { key: 'k', value: 'small' },
    { key: 'k', value: Buffer.alloc(1024 * 1024) }
  ]
  await expect(sendAll(dir, messages)).rejects.toThrow('a message of 1048577 bytes, at most 1048576')
  await sendAll(dir, [{ key: 'k', value: Buffer.alloc(1024 * 1024 - 1, 'x') }])
  expect(await readAll(dir)).toEqual(['x'.repeat(1024 * 1024 - 1)])
})

test('finds any offset of a log of many chunks, with its index, without it and with a wrong one', async () => {
  const dir = newDir()
  const sender = await openLogSender({ dir, partitionsPerTopic: 1 })
  const value = Buffer.alloc(40_000, 'v')
  for (let i = 0; i < 20; i++)
    await sender.send(
      't',
      Array.from({ length: 20 }, () => ({ key: 'k', value }))
    )
  await sender.close()
  const index = join(dir, 't', '0.index')
  const good = readFileSync(index)
  expect(good.length).toBeGreaterThanOrEqual(10 * 16)
  for (const bytes of [
    good,
    Buffer.alloc(0),
    good.subarray(16),
    Buffer.from(good).fill(1, 40),
    good.subarray(0, 24)
  ]) {
    writeFileSync(index, bytes)
    for (const from of [0, 1, 199, 200, 399, 400]) expect(await readAll(dir, from)).toHaveLength(400 - from)
  }
  await expect(readAll(dir, 401)).rejects.toThrow('offset 401 is beyond the end of t/0, which is 400')
})

test('hands over topics that appear while it runs', async () => {
  const dir = newDir()
  const consumer = await openLogConsumer({ dir, group: 'g' })
  const seen = Promise.withResolvers<string>()
  const done = consumer.run(['later'], {
    assigned: async () => 0,
    records: async (_, records) => seen.resolve(String(records[0]?.value))
  })
  await sendAll(dir, [{ key: 'k', value: 'here' }], 'later')
  expect(await seen.promise).toBe('here')
  await consumer.close()
  await done
})

test('keeps the number of partitions that a topic was made with', async () => {
  const dir = newDir()
  await sendAll(dir, numbered(50))
  const other = await openLogSender({ dir, partitionsPerTopic: 9 })
  await other.send('t', numbered(50))
  await other.close()
  expect(JSON.parse(readFileSync(join(dir, 't', 'meta.json'), 'utf8'))).toEqual({ partitions: 1 })
  expect(await readAll(dir)).toHaveLength(100)
})

test('refuses names that would lie outside of its folder', async () => {
  const sender = await openLogSender({ dir: newDir() })
  for (const topic of ['../up', '', '.', 'a/b', 'groups', 'x'.repeat(300)]) {
    await expect(sender.send(topic, [])).rejects.toThrow('not a name of a topic')
  }
  await sender.close()
})

const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: `value ${i}` }))

async function sendAll(dir: string, messages: LogMessage[], topic = 't'): Promise<void> {
  const sender = await openLogSender({ dir, partitionsPerTopic: 1 })
  try {
    await sender.send(topic, messages)
  } finally {
    await sender.close()
  }
}

async function damaged(damage: (bytes: Buffer, secondStart: number) => void) {
  const dir = newDir()
  await sendAll(dir, numbered(20))
  const file = join(dir, 't', '0.log')
  const bytes = readFileSync(file)
  const secondStart = bytes.indexOf('FLR1', bytes.indexOf('FLR1') + 1)
  damage(bytes, secondStart)
  writeFileSync(file, bytes)
  return { dir, file, secondStart }
}

/** All values that a consumer may see at this moment. */
async function readAll(dir: string, from = 0): Promise<string[]> {
  const values: string[] = []
  for (let partition = 0; partition < (readPartitionCount(dir, 't') ?? 0); partition++) {
    const reader = await openReader(dir, { topic: 't', partition }, from)
    for (let records = await reader?.read(); records && records.length > 0; records = await reader?.read()) {
      values.push(...records.map(({ value }) => value.toString()))
    }
    reader?.close()
  }
  return values
}

/** Runs a script in a process of its own, with the sender's module and a folder as its arguments. */
function runScript(script: string, dir: string, before = '') {
  const module = new URL('../../embedded/log.ts', import.meta.url).href
  const node = [process.execPath, '--input-type=module', '--eval', script, module, dir]
  const child = spawn('sh', ['-c', `${before}exec "$@"`, 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  return child
}

const ACKNOWLEDGING_SENDER = `
  const { openLogSender } = await import(process.argv[1])
  const sender = await openLogSender({ dir: process.argv[2], partitionsPerTopic: 1 })
  for (let i = 0; i < 20000; i += 10) {
    const batch = Array.from({ length: 10 }, (_, j) => ({ key: 'k', value: String(i + j) }))
    await sender.send('t', batch)
    process.stdout.write(i + 9 + '\\n')
  }`

const FILLING_SENDER = `
  const { openLogSender } = await import(process.argv[1])
  const sender = await openLogSender({ dir: process.argv[2] })
  let stored = 0
  const refused = []
  for (let i = 0; i < 40; i++) {
    const size = i % 4 === 3 ? 100 : 9000
    await sender.send('t', [{ key: 'k', value: 'x'.repeat(size) }]).then(() => stored++, (error) => refused.push(error.code))
  }
  await sender.close()
  process.stdout.write(JSON.stringify({ stored, refused }))`
