import { expect, test } from 'vitest'
import { bufferServedEvents } from '../../api/served-events.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'

const served = (i: number) => ({
  recommendation_id: `r${i}`,
  product_ids: ['lantern'],
  sources: ['popular'],
  user_id: undefined,
  anonymous_id: undefined
})

test('sends every event, as the contract has it, when closed', async () => {
  const sent: unknown[] = []
  const buffer = bufferServedEvents({
    sendEvents: async (_topic, messages) =>
      void sent.push(...messages.map(({ value }) => JSON.parse(String(value)))),
    onDropped: () => expect.unreachable()
  })
  for (let i = 0; i < 1_234; i++) buffer.add(served(i))
  await buffer.close()
  expect(sent).toHaveLength(1_234)
  expect(checkEvent(sent[0])).toMatchObject({ ok: true, value: { anonymous_id: 'none' } })
})

test('drops and counts the newest when the log does not keep up, and never grows without bound', async () => {
  let release = () => {}
  const isReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  let dropped = 0
  let sent = 0
  const buffer = bufferServedEvents({
    sendEvents: async (_topic, messages) => {
      await isReleased
      sent += messages.length
    },
    onDropped: (count) => {
      dropped += count
    }
  })
  for (let i = 0; i < 10_000; i++) buffer.add(served(i))
  expect(dropped).toBe(10_000 - 500 - 5_000)
  release()
  await buffer.close()
  expect(sent + dropped).toBe(10_000)
})

test('counts what the log refused', async () => {
  const dropped: number[] = []
  const buffer = bufferServedEvents({
    sendEvents: () => Promise.reject(new Error('the log is down')),
    onDropped: (count) => dropped.push(count)
  })
  buffer.add(served(1))
  await buffer.close()
  expect(dropped).toEqual([1])
})
