import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type {
  Committed,
  EventConsumer,
  EventSender,
  LogHandlers,
  LogMessage,
  LogRecord,
  TopicPartition
} from '../../models/contracts/event-log.ts'

/** One implementation of the log, as the suite needs it. Every test uses topics and groups of its own. */
export type LogUnderTest = {
  openSender(): Promise<EventSender>
  openConsumer(group: string): Promise<EventConsumer>
  /** Makes a topic with exactly so many partitions. */
  createTopic(topic: string, partitions: number): Promise<void>
}

/** What every log promises; run over each implementation. */
export function describeEventLog(name: string, log: LogUnderTest): void {
  describe(`the contract of an event log, kept by ${name}`, () => {
    test('loses nothing, keeps the order of each key, and numbers records without gaps', async () => {
      await using fixture = await open(log, 3)
      const sent = Array.from({ length: 3_000 }, (_, i) => ({ key: `k${i % 17}`, value: `${i}` }))
      for (let i = 0; i < sent.length; i += 500) await fixture.send(sent.slice(i, i + 500))
      const seen = await fixture.readUntil(sent.length)
      expect(seen).toHaveLength(sent.length)
      for (const key of new Set(sent.map((message) => message.key))) {
        const wanted = sent.filter((message) => message.key === key).map((message) => message.value)
        expect(seen.filter((record) => record.key === key).map(textOf)).toEqual(wanted)
        expect(new Set(seen.filter((record) => record.key === key).map(({ at }) => at.partition)).size).toBe(
          1
        )
      }
      for (const offsets of offsetsByPartition(seen).values()) {
        expect(offsets).toEqual(offsets.map((_, i) => i))
      }
    })

    test('keeps bytes, null keys and empty values as they were sent', async () => {
      await using fixture = await open(log, 1)
      const bytes = Buffer.from([0, 255, 254, 13, 10, 128])
      await fixture.send([
        { key: null, value: bytes },
        { key: 'ключ', value: 'naïve ☃' },
        { key: 'empty', value: '' }
      ])
      const seen = await fixture.readUntil(3)
      expect(seen.map(({ key, value }) => ({ key, value: value.toString('hex') }))).toEqual([
        { key: null, value: bytes.toString('hex') },
        { key: 'ключ', value: Buffer.from('naïve ☃').toString('hex') },
        { key: 'empty', value: '' }
      ])
    })

    test('carries messages of 256 KiB', async () => {
      await using fixture = await open(log, 2)
      const values = Array.from({ length: 12 }, (_, i) => Buffer.alloc(256 * 1024, i))
      await fixture.send(values.map((value, i) => ({ key: `k${i}`, value })))
      const seen = await fixture.readUntil(values.length)
      expect(seen.map(({ value }) => value[0]).toSorted((a = 0, b = 0) => a - b)).toEqual(
        values.map((_, i) => i)
      )
      expect(
        seen.every(({ value }) => value.length === 256 * 1024 && value.every((b) => b === value[0]))
      ).toBe(true)
    })

    test('sends nothing when there is nothing to send', async () => {
      await using fixture = await open(log, 1)
      await fixture.send([])
      await fixture.send([{ key: 'a', value: 'only' }])
      expect((await fixture.readUntil(1)).map(textOf)).toEqual(['only'])
    })

    test('takes many sends at once', async () => {
      await using fixture = await open(log, 2)
      const batches = Array.from({ length: 40 }, (_, b) =>
        Array.from({ length: 25 }, (_, i) => ({ key: `k${b}`, value: `${b}/${i}` }))
      )
      await Promise.all(batches.map((batch) => fixture.send(batch)))
      const seen = await fixture.readUntil(1_000)
      for (const batch of batches) {
        const key = batch[0]?.key
        expect(seen.filter((record) => record.key === key).map(textOf)).toEqual(
          batch.map(({ value }) => value)
        )
      }
    })

    test('gives back what was committed, with its metadata, and goes on from there', async () => {
      await using fixture = await open(log, 1)
      await fixture.send(numbered(0, 10))
      const metadata = JSON.stringify({ first: 4, last: 9, epoch: 0 })
      const first = await fixture.consume({
        async records(at, records) {
          if (records.at(-1)?.offset === 9) await first.consumer.commit(at, { offset: 4, metadata })
        }
      })
      await first.until(() => first.seen.length === 10)
      await first.close()

      await fixture.send(numbered(10, 2))
      const second = await fixture.consume({})
      await second.until(() => second.seen.length === 8)
      await second.close()
      expect(first.assigned.map(({ committed }) => committed)).toEqual([undefined])
      expect(second.assigned.map(({ committed }) => committed)).toEqual([{ offset: 4, metadata }])
      expect(second.seen.map(textOf)).toEqual(numbered(4, 8).map(({ value }) => value))
    })

    test('reads from the offset that the handler answers, whatever was committed', async () => {
      await using fixture = await open(log, 1)
      await fixture.send(numbered(0, 20))
      const first = await fixture.consume({})
      await first.until(() => first.seen.length === 20)
      await first.consumer.commit({ topic: fixture.topic, partition: 0 }, { offset: 20, metadata: '' })
      await first.close()
      const second = await fixture.consume({ assigned: async () => 7 })
      await second.until(() => second.seen.length === 13)
      await second.close()
      expect(second.seen.map(({ offset }) => offset)).toEqual(Array.from({ length: 13 }, (_, i) => i + 7))
    })

    test('keeps the commits of groups apart', async () => {
      await using fixture = await open(log, 1)
      await fixture.send(numbered(0, 3))
      const one = await fixture.consume({})
      await one.until(() => one.seen.length === 3)
      await one.consumer.commit({ topic: fixture.topic, partition: 0 }, { offset: 3, metadata: 'one' })
      const other = await fixture.consume({}, { group: `other-${randomUUID()}` })
      await other.until(() => other.seen.length === 3)
      await Promise.all([one.close(), other.close()])
      expect(other.assigned.map(({ committed }) => committed)).toEqual([undefined])
    })

    test('goes on with other partitions while a handler holds one, and never calls twice for one', async () => {
      await using fixture = await open(log, 2)
      const gate = Promise.withResolvers<void>()
      const underWay = new Map<number, number>()
      let most = 0
      let held: number | undefined
      await fixture.send(numbered(0, 200))
      const reading = await fixture.consume({
        async records(at) {
          const calls = (underWay.get(at.partition) ?? 0) + 1
          underWay.set(at.partition, calls)
          most = Math.max(most, calls)
          held ??= at.partition
          if (at.partition === held) await gate.promise
          underWay.set(at.partition, calls - 1)
        }
      })
      const ofOther = () => reading.seen.filter(({ at }) => at.partition !== held)
      await reading.until(() => held !== undefined && ofOther().length > 0)
      const before = ofOther().length
      await fixture.send(numbered(200, 200))
      await reading.until(() => ofOther().length > before)
      gate.resolve()
      await reading.until(() => reading.seen.length === 400)
      await reading.close()
      expect(most).toBe(1)
    })

    test('never lets a slow topic starve another, however much of it waits', async () => {
      await using slow = await open(log, 3)
      await using quick = await open(log, 1)
      const gate = Promise.withResolvers<void>()
      const bulky = Array.from({ length: 60 }, (_, i) => ({ key: `k${i}`, value: Buffer.alloc(256 * 1024) }))
      await slow.send(bulky)
      const reading = await slow.consume(
        { records: async ({ topic }) => (topic === slow.topic ? gate.promise : undefined) },
        { topics: [slow.topic, quick.topic] }
      )
      const seenOf = (topic: string) => reading.seen.filter(({ at }) => at.topic === topic)
      await reading.until(() => new Set(seenOf(slow.topic).map(({ at }) => at.partition)).size === 3)
      for (let round = 1; round <= 5; round++) {
        await quick.send(numbered(round * 20, 20))
        await reading.until(() => seenOf(quick.topic).length === round * 20)
      }
      gate.resolve()
      await reading.until(() => seenOf(slow.topic).length === bulky.length)
      await reading.close()
    })

    test('goes on in each partition where the consumer before it committed', async () => {
      await using fixture = await open(log, 2)
      await fixture.send(numbered(0, 40))
      const first = await fixture.consume({
        async records(at, records) {
          const next = (records.at(-1)?.offset ?? 0) + 1
          await first.consumer.commit(at, { offset: next, metadata: `until ${next}` })
        }
      })
      await first.until(() => first.seen.length === 40)
      await first.close()
      const second = await fixture.consume({})
      await fixture.send(numbered(40, 40))
      await second.until(() => second.seen.length === 40)
      await second.close()
      expect(second.seen.map(textOf).toSorted()).toEqual(
        numbered(40, 40)
          .map(({ value }) => value)
          .toSorted()
      )
      for (const { committed } of second.assigned)
        expect(committed?.metadata).toBe(`until ${committed?.offset}`)
    })

    test('ends the run with the error of a handler', async () => {
      await using fixture = await open(log, 2)
      await fixture.send(numbered(0, 50))
      const reading = await fixture.consume({
        records: () => Promise.reject(new Error('the warehouse burnt down'))
      })
      await expect(reading.done).rejects.toThrow('the warehouse burnt down')
    })

    test('ends the run with the error of one handler while another hangs', async () => {
      await using fixture = await open(log, 2)
      const gate = Promise.withResolvers<void>()
      let hanging: number | undefined
      await fixture.send(numbered(0, 100))
      const reading = await fixture.consume({
        async records(at) {
          hanging ??= at.partition
          if (at.partition === hanging) await gate.promise
          else throw new Error('the warehouse burnt down')
        }
      })
      await expect(reading.done).rejects.toThrow('the warehouse burnt down')
      gate.resolve()
    })

    test('ends the run with the error of a handler that should say where to read from', async () => {
      await using fixture = await open(log, 1)
      await fixture.send(numbered(0, 1))
      const reading = await fixture.consume({ assigned: () => Promise.reject(new Error('no block table')) })
      await expect(reading.done).rejects.toThrow('no block table')
    })

    test('waits for the handler under way before it closes', async () => {
      await using fixture = await open(log, 1)
      await fixture.send(numbered(0, 1))
      const gate = Promise.withResolvers<void>()
      let ended = false
      const reading = await fixture.consume({
        async records() {
          await gate.promise
          ended = true
        }
      })
      await reading.until(() => reading.seen.length === 1)
      const closing = reading.close()
      setTimeout(gate.resolve, 50)
      await closing
      expect(ended).toBe(true)
    })

    test('counts what is not committed as lag', async () => {
      await using fixture = await open(log, 2)
      await fixture.send(numbered(0, 100))
      const reading = await fixture.consume({})
      await reading.until(() => reading.seen.length === 100)
      const lagOf = async () =>
        (await reading.consumer.lag())
          .filter(({ topic }) => topic === fixture.topic)
          .reduce((sum, { records }) => sum + records, 0)
      expect(await lagOf()).toBe(100)
      for (const [partition, offsets] of offsetsByPartition(reading.seen)) {
        const at = { topic: fixture.topic, partition }
        await reading.consumer.commit(at, { offset: offsets.length - 1, metadata: '' })
      }
      expect(await lagOf()).toBe(2)
      await reading.close()
    })
  })
}

type Seen = LogRecord & { at: TopicPartition }

/** A topic of its own with a sender and whatever consumers a test opens; all are closed with it. */
async function open(log: LogUnderTest, partitions: number) {
  const topic = `test.${randomUUID()}`
  const group = `group-${randomUUID()}`
  await log.createTopic(topic, partitions)
  const sender = await log.openSender()
  const closers: (() => Promise<void>)[] = []

  async function consume(
    handlers: Partial<LogHandlers>,
    options: { group?: string; topics?: string[] } = {}
  ) {
    const consumer = await log.openConsumer(options.group ?? group)
    const seen: Seen[] = []
    const assigned: { at: TopicPartition; committed: Committed | undefined }[] = []
    const done = consumer.run(options.topics ?? [topic], {
      async assigned(at, committed) {
        assigned.push({ at, committed })
        return handlers.assigned ? handlers.assigned(at, committed) : (committed?.offset ?? 0)
      },
      async records(at, records) {
        seen.push(...records.map((record) => ({ ...record, at })))
        await handlers.records?.(at, records)
      }
    })
    // Tests look at `done` where they expect an error; elsewhere `until` does.
    let failure: unknown
    done.catch((error: unknown) => (failure = error))
    let closed: Promise<void> | undefined
    const close = () => (closed ??= consumer.close())
    closers.push(close)
    /** Gives up after 40 s, so that a lost record fails its test and not the run. */
    async function until(isReached: () => boolean): Promise<void> {
      for (let tries = 0; !isReached(); tries++) {
        if (failure) throw failure
        if (tries > 4_000) throw new Error(`saw ${seen.length} records and no more`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    return { consumer, seen, assigned, done, close, until }
  }

  return {
    topic,
    consume,
    send: (messages: LogMessage[]) => sender.send(topic, messages),
    async readUntil(count: number): Promise<Seen[]> {
      const reading = await consume({})
      await reading.until(() => reading.seen.length >= count)
      await reading.close()
      return reading.seen
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(closers.map((close) => close()))
      await sender.close()
    }
  }
}

function numbered(first: number, count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, i) => ({ key: `k${(first + i) % 13}`, value: `${first + i}` }))
}

const textOf = ({ value }: LogRecord) => value.toString()

function offsetsByPartition(seen: Seen[]): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const { at, offset } of seen) found.set(at.partition, [...(found.get(at.partition) ?? []), offset])
  return found
}
