import { afterAll, beforeEach, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { createKeyRing, hashKey } from '../../api/keys.ts'
import type { ServedKey } from '../../models/contracts/api-keys.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { ADMIN, BROWSER, fakeApp, SERVER } from './fakes.ts'

let isLogDown = false
const sent: { type: string; key_id: string; key_hash?: string }[] = []
const used: Record<string, string> = {}
const { app } = await fakeApp(undefined, {
  readKeyUses: async () => used,
  sendEvents: async (topic, messages) => {
    if (isLogDown) throw new Error('the log is down')
    if (topic !== 'flipside.operations') return
    for (const { value } of messages) {
      const event = JSON.parse(String(value))
      expect(checkEvent(event)).toMatchObject({ ok: true })
      sent.push(event)
    }
  }
})
beforeEach(() => {
  sent.length = 0
  isLogDown = false
})
afterAll(() => app.close())

async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  path = '',
  options: { key?: string; body?: object } = {}
) {
  const { key = ADMIN, body } = options
  const answer = await app.inject({
    method,
    url: `/v1/keys${path}`,
    headers: { ...(key && { authorization: key }) },
    ...(body && { payload: body })
  })
  return { status: answer.statusCode, ...(answer.body ? answer.json() : {}) }
}
const stock = {
  type: 'stock_adjusted',
  event_id: '01890000-0000-7000-8000-000000000002',
  occurred_at: '2026-01-02T03:04:05Z',
  product_id: 'lantern',
  quantity: -2
}
async function sendWith(key: string, query = '') {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) }
  return (
    await app.inject({ method: 'POST', url: `/v1/events${query}`, headers, payload: JSON.stringify([stock]) })
  ).statusCode
}

test('a key is shown once, works at once, and only its hash goes to the log', async () => {
  const issued = await ask('POST', '', { body: { scope: 'server', label: 'till' } })
  expect(issued).toMatchObject({ status: 201, scope: 'server', label: 'till', expires_at: null })
  expect(issued.key).toMatch(/^fs_server_[\w-]{43}$/)
  expect(sent).toMatchObject([
    { type: 'api_key_issued', key_hash: hashKey(issued.key), author: 'settings:admin' }
  ])
  expect(JSON.stringify(sent)).not.toContain(issued.key)
  expect(await sendWith(issued.key)).toBe(202)
  const { keys } = await ask('GET')
  const [listed] = keys.filter(({ key_id }: { key_id: string }) => key_id === issued.key_id)
  expect(listed.last_used_at).toBeTruthy()
  expect(JSON.stringify(keys)).not.toContain(hashKey(issued.key))
})

test('a key is replaced without a gap: both work until the old one is revoked', async () => {
  const [old, next] = [
    await ask('POST', '', { body: { scope: 'server', label: 'old' } }),
    await ask('POST', '', { body: { scope: 'server', label: 'new' } })
  ]
  expect([await sendWith(old.key), await sendWith(next.key)]).toEqual([202, 202])
  expect(await ask('DELETE', `/${old.key_id}`)).toEqual({ status: 204 })
  expect([await sendWith(old.key), await sendWith(next.key)]).toEqual([401, 202])
  expect(sent.at(-1)).toMatchObject({ type: 'api_key_revoked', key_id: old.key_id })
  expect(await ask('DELETE', `/${old.key_id}`)).toEqual({ status: 204 })
})

test("an issued browser's key may come in the address, and sends behaviour only; another may not", async () => {
  const browser = await ask('POST', '', { body: { scope: 'browser', label: 'shop page' } })
  const server = await ask('POST', '', { body: { scope: 'server', label: 'till' } })
  const forbidden = await app.inject({
    method: 'POST',
    url: `/v1/events?key=${browser.key}`,
    headers: { 'content-type': 'text/plain' },
    payload: JSON.stringify(stock)
  })
  expect(forbidden.statusCode).toBe(403)
  expect(await sendWith('', `?key=${server.key}`)).toBe(401)
})

test.each([
  ['', 401],
  ['Bearer wrong', 401],
  [BROWSER, 403],
  [SERVER, 403]
])('with the key %j nobody issues, reads or revokes', async (key, status) => {
  const body = { scope: 'admin', label: 'mine' }
  expect(await ask('POST', '', { key, body })).toMatchObject({ status })
  expect(await ask('GET', '', { key })).toMatchObject({ status })
  expect(await ask('DELETE', '/x', { key })).toMatchObject({ status })
  expect(sent).toEqual([])
})

test('an issued admin may issue in turn, and is named as who did', async () => {
  const admin = await ask('POST', '', { body: { scope: 'admin', label: 'office' } })
  await ask('POST', '', { key: `Bearer ${admin.key}`, body: { scope: 'browser', label: 'page' } })
  expect(sent.at(-1)).toMatchObject({ author: admin.key_id })
})

test.each([
  [{ scope: 'root', label: 'x' }, 'scope'],
  [{ scope: 'server' }, 'label'],
  [{ scope: 'server', label: 'x', events_per_second: 0 }, 'events_per_second'],
  [{ scope: 'server', label: 'x', expires_at: 'tomorrow' }, 'expires_at'],
  [{ scope: 'server', label: 'x', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
  [{ scope: 'server', label: 'x', key_hash: 'mine' }, 'key_hash']
])('%j is refused for its %s', async (body, field) => {
  expect(await ask('POST', '', { body })).toMatchObject({ status: 400, error: { field } })
  expect(sent).toEqual([])
})

test('a key that the log did not take is not issued, and one that it cannot revoke stays', async () => {
  const issued = await ask('POST', '', { body: { scope: 'server', label: 'till' } })
  isLogDown = true
  expect(await ask('POST', '', { body: { scope: 'server', label: 'late' } })).toMatchObject({ status: 503 })
  expect(await ask('DELETE', `/${issued.key_id}`)).toMatchObject({ status: 503 })
  isLogDown = false
  expect(await sendWith(issued.key)).toBe(202)
  const { keys } = await ask('GET')
  expect(keys.map(({ label }: { label: string }) => label)).not.toContain('late')
})

test('a key that was never issued is unknown', async () => {
  expect(await ask('DELETE', '/nobody')).toMatchObject({ status: 404, error: { field: 'key_id' } })
})

test('a key ends when it was said to end', () => {
  const ring = createKeyRing(readConfig({}))
  const expires_at = '2026-01-02T00:00:00.000Z'
  ring.add({ keys: [keyOf('a', { expires_at })], revoked: {} })
  const atMs = Date.parse(expires_at)
  expect(ring.find('key a', atMs - 1)).toMatchObject({ key_id: 'a', scope: 'server' })
  expect(ring.find('key a', atMs)).toBeUndefined()
})

test('the limit is the key’s own, or that of its scope', () => {
  const ring = createKeyRing(readConfig({ SERVER_EVENTS_PER_SECOND: '70', SERVER_KEY: 'set' }))
  ring.add({ keys: [keyOf('a', { events_per_second: 7 }), keyOf('b')], revoked: {} })
  const limits = ['key a', 'key b', 'set', 'browser'].map((key) => ring.find(key, 0)?.eventsPerSecond)
  expect(limits).toEqual([7, 70, 70, 5_000])
})

test('facts add up in any order and however often they come; an empty store takes nothing away', () => {
  const facts = ['a', 'b', 'c'].flatMap((id) => [
    { keys: [keyOf(id)], revoked: {} },
    { keys: [], revoked: {} },
    ...(id === 'b' ? [{ keys: [], revoked: { b: '2026-01-03T00:00:00Z' } }] : [])
  ])
  fc.assert(
    fc.property(fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }), (shuffled) => {
      const ring = createKeyRing(readConfig({}))
      for (const fact of shuffled) ring.add(fact)
      expect(['a', 'b', 'c'].map((id) => ring.find(`key ${id}`, 0)?.key_id)).toEqual(['a', undefined, 'c'])
    }),
    { seed: 3, numRuns: 100 }
  )
})

function keyOf(key_id: string, fields: Partial<ServedKey> = {}): ServedKey {
  return {
    key_id,
    key_hash: hashKey(`key ${key_id}`),
    scope: 'server',
    label: key_id,
    events_per_second: null,
    issued_at: '2026-01-01T00:00:00Z',
    expires_at: null,
    ...fields
  }
}
