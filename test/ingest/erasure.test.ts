import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listFacts } from '../../ingest/checks/facts.ts'
import { listMarts } from '../../ingest/checks/marts.ts'
import { listSales } from '../../ingest/checks/sales.ts'
import { readWindows } from '../../ingest/checks/windows.ts'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { erasePeople, readTombstones } from '../../ingest/erase-people.ts'
import { BLANKED } from '../../ingest/erase-sql.ts'
import { findBrowsers } from '../../ingest/erase-who.ts'
import { openPeople } from '../../ingest/erased-people.ts'
import { eraseAsked, LAST_SWEEP_AFTER_MS, sweepLeftovers } from '../../ingest/erasures.ts'
import { openCommands } from '../../ingest/redis.ts'
import { chooseEpoch, writeStep } from '../../ingest/replay/journal.ts'
import { replayRange } from '../../ingest/replay/replay-range.ts'
import { updateServing } from '../../ingest/serving.ts'
import { refreshSales } from '../../jobs/sales.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import {
  consented,
  disliked,
  erased,
  eventOf,
  loggedIn,
  placed,
  recordsOf,
  refunded,
  rented,
  returned,
  tierSet,
  viewed
} from './profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from './warehouse-shop.ts'

const PERSON = 'person-17'
/** Ids that hold the person's, or are spelt like it. */
const NEIGHBOURS = ['person-170', '"person-17"', 'a person-17', 'person-1']
const KIOSK = 'kiosk'
const ownBrowser = (id: string) => `browser of ${id}`

/** Everything that somebody may do, as guest in their own browser and in one that all share, and as customer. */
function lifeOf(id: string, minute: number): ShopEvent[] {
  const own = { anonymous_id: ownBrowser(id) }
  const kiosk = { anonymous_id: KIOSK }
  const me = { user_id: id, session_id: `session of ${id}` }
  const at = { currency: 'GBP' }
  return [
    viewed(minute, own, `own ${minute}`),
    eventOf(minute, { type: 'searched', query: `searched by ${id} as guest`, result_count: 1, ...own }),
    viewed(minute, kiosk, `kiosk ${minute}`),
    loggedIn(minute + 1, id, ownBrowser(id)),
    loggedIn(minute + 1, id, KIOSK),
    tierSet(minute + 1, id, 'gold'),
    consented(minute + 1, id, true),
    eventOf(minute + 2, { type: 'searched', query: `searched by ${id}`, result_count: 1, ...me, ...own }),
    disliked(minute + 2, me, 'disliked'),
    eventOf(minute + 2, { type: 'product_rated', product_id: 'p', rating: 5, ...me }),
    placed(minute + 3, { ...me, ...own }, `order ${minute}`, { p: 2, q: 1 }),
    placed(minute, own, `order as guest ${minute}`, { p: 1 }),
    eventOf(minute + 3, { type: 'order_paid', order_id: `order ${minute}`, amount: '15', ...at, ...me }),
    refunded(minute + 4, me, `order ${minute}`, { q: 1 }),
    returned(minute + 4, me, `order ${minute}`, { q: 1 }),
    { ...rented(minute + 5, me, 'r'), rental_id: `rental ${minute}` } as ShopEvent,
    eventOf(minute + 5, { type: 'stock_adjusted', product_id: 'p', quantity: 1, ...me }),
    eventOf(minute + 6, {
      type: 'suggestion_accepted',
      suggestion_id: 's',
      product_id: 'p',
      quantity: 1,
      ...me
    })
  ]
}

/** Records that are no events and name somebody, in every spelling. */
function rejectedOf(id: string): Buffer[] {
  const json = JSON.stringify(id)
  const escaped = json.replaceAll('-', '\\u002d')
  return [
    Buffer.from(`{"type":"product_viewed","user_id":${json}}`),
    Buffer.from(`{"type":${json}}`),
    Buffer.from(`{"a":"broken" quotes","user_id" : ${json}`),
    Buffer.from(`{"type":"product_viewed","user_id":${escaped}}`),
    Buffer.concat([Buffer.from(`{"user_id":${json},"x":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    Buffer.from(`{"type":"product_viewed","anonymous_id":${JSON.stringify(ownBrowser(id))}}`)
  ]
}

let shop: WarehouseShop
let nowMs = Date.now()
const ports = () => ({
  client: shop.clickhouse,
  send: openCommands(shop.redis),
  people: shop.people,
  nowMs: () => nowMs
})
async function sendRejected(id: string): Promise<void> {
  const offset = shop.log.get('flipside.stock')?.length ?? 0
  await shop.sendRecords(
    'flipside.stock',
    rejectedOf(id).map((value, i) => ({ offset: offset + i, key: null, value }))
  )
}
/** As the loop in ingest does, with the time that it waits. */
async function eraseWholly(): Promise<void> {
  await eraseAsked(ports())
  nowMs += LAST_SWEEP_AFTER_MS
  await eraseAsked(ports())
}

type Found = { place: string; text: string }

/** Every text of every column of every table and view, and every key and value of the serving store. */
async function readEverything(): Promise<Found[]> {
  const tables = await shop.rows<{ name: string }>(
    `SELECT concat(database, '.', name) AS name FROM system.tables
    WHERE database IN ('raw', 'mart', 'ops') AND engine != 'MaterializedView' AND parameterized_view_parameters = []`
  )
  const found: Found[] = []
  const collect = (place: string, value: unknown): void => {
    if (typeof value === 'string') found.push({ place, text: value })
    else if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) collect(place, one)
  }
  for (const { name } of tables) collect(name, await shop.rows(`SELECT * FROM ${name}`))
  for (const key of await shop.redis.keys('flipside:*')) {
    const isHash = key.includes(':profile:') && key.endsWith(':facts')
    collect('a key', key)
    collect(key, isHash ? await shop.redis.hgetall(key) : await shop.redis.zrange(key, '0', '-1'))
  }
  return found
}

/** What names the person, and not only somebody whose id is like theirs. */
function naming(found: Found[], id: string): Found[] {
  const others = NEIGHBOURS.filter((other) => other.includes(id)).toSorted((a, b) => b.length - a.length)
  return found.filter(({ place, text }) => {
    // In JSON the person's id stands between quotation marks, and the neighbour's own are escaped.
    const spelt =
      place === 'raw.rejected' ? others.map((other) => JSON.stringify(other).slice(1, -1)) : others
    const plain = text.replaceAll('\\u002d', '-')
    return spelt.reduce((rest, other) => rest.replaceAll(other, '…'), plain).includes(id)
  })
}

const neighbourList = NEIGHBOURS.map((id) => `'${id}', '${ownBrowser(id)}'`).join(', ')
const readNeighbours = () =>
  Promise.all(
    ['behaviour', 'orders', 'customers', 'rentals', 'stock', 'operations'].map((table) =>
      shop.rows(
        `SELECT * FROM raw.${table} WHERE user_id IN (${neighbourList}) OR anonymous_id IN (${neighbourList}) ORDER BY partition, offset`
      )
    )
  )
const readMoney = () =>
  shop.rows(
    `SELECT order_id, sum(amount) AS amount, sum(quantity) AS units, any(state) AS state
    FROM mart.order_lines LEFT JOIN mart.orders USING (order_id) GROUP BY order_id ORDER BY order_id`
  )
const readNeighbourProfiles = async () => {
  const profiles: Record<string, unknown> = {}
  for (const id of NEIGHBOURS)
    for (const list of ['recent', 'owned', 'hidden'])
      for (const visitor of [`u:${id}`, `a:${ownBrowser(id)}`]) {
        const key = `flipside:profile:${visitor}:${list}`
        profiles[key] = await shop.redis.zrange(key, '0', '-1', 'WITHSCORES')
      }
  return profiles
}
async function findBroken(): Promise<Record<string, string[]>> {
  const windows = await readWindows(shop.clickhouse, [], { isFull: true })
  const { checks: facts } = await listFacts(shop.clickhouse, windows, { isFull: true })
  const { checks: marts } = await listMarts(shop.clickhouse, windows, { isFull: true })
  const broken: Record<string, string[]> = {}
  const { checks: sales } = await listSales(shop.clickhouse, windows, { isFull: true })
  for (const { name, problems } of [...facts, ...marts, ...sales]) {
    const found = await problems()
    if (found.length > 0) broken[name] = found
  }
  return broken
}
async function proveComplete(): Promise<void> {
  await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })
  expect(await findBroken()).toEqual({})
}

describe('an erased person', () => {
  let before: { neighbours: unknown; money: unknown; profiles: unknown; rejected: number }

  beforeAll(async () => {
    shop = await openWarehouseShop()
    for (const [i, id] of [PERSON, ...NEIGHBOURS].entries()) {
      await shop.send(...lifeOf(id, 10 * i + 1))
      await sendRejected(id)
    }
    await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })
  })
  afterAll(() => shop.close())

  it('is in many places before', async () => {
    expect(naming(await readEverything(), PERSON).length).toBeGreaterThan(40)
    expect(await shop.rows(`SELECT 1 FROM mart.sales WHERE customer_id = '${PERSON}'`)).not.toEqual([])
    before = {
      neighbours: await readNeighbours(),
      money: await readMoney(),
      profiles: await readNeighbourProfiles(),
      rejected: 6 * NEIGHBOURS.length
    }
    await proveComplete()
  })

  it('is nowhere afterwards, and nobody else misses anything', async () => {
    await shop.send(erased(90, PERSON))
    await eraseWholly()
    expect(naming(await readEverything(), PERSON)).toEqual([])
    expect(await shop.rows("SELECT query FROM raw.behaviour WHERE query LIKE '%as guest'")).toHaveLength(
      NEIGHBOURS.length
    )
    expect(await readNeighbours()).toEqual(before.neighbours)
    expect(await readMoney()).toEqual(before.money)
    expect(await readNeighbourProfiles()).toEqual(before.profiles)
    const [rejected] = await shop.rows<{ scrubbed: number; kept: number }>(
      "SELECT toUInt32(countIf(body = '')) AS scrubbed, toUInt32(countIf(body != '')) AS kept FROM raw.rejected"
    )
    expect(rejected).toEqual({ scrubbed: 6, kept: before.rejected })
    expect(await shop.rows('SELECT DISTINCT name_hash FROM ops.tombstones')).toHaveLength(3)
    expect(await shop.rows("SELECT product_id FROM raw.behaviour WHERE product_id = 'kiosk 1'")).toEqual([])
    await proveComplete()
  })

  it('leaves no name in the statements that the engine keeps', async () => {
    const kept = await shop.rows<{ command: string }>('SELECT command FROM system.mutations')
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.filter(({ command }) => command.includes(PERSON))).toEqual([])
  })

  it('comes back neither late nor by reading the whole log again', async () => {
    const late = lifeOf(PERSON, 1).map((event, i) => ({
      ...event,
      event_id: `0198c0de-0000-7000-9000-${String(i).padStart(12, '0')}`
    }))
    await shop.send(...late)
    await sendRejected(PERSON)
    for (const [topic, records] of shop.log) {
      const table = `raw.${topic.split('.')[1]}`
      const epoch = await chooseEpoch(shop.clickhouse, topic, table)
      const replay = { topic, partition: 0, first: 0, last: records.length - 1, epoch, must_rebuild: false }
      await replayRange(replay, {
        client: shop.clickhouse,
        warehouse: openWarehouse(shop.clickhouse),
        read: async ({ first }, each) => each(records.slice(first))
      })
      await writeStep(shop.clickhouse, replay, 'done')
    }
    // Another process, which has lost its place in the log.
    const people = openPeople()
    people.replace(await readTombstones(shop.clickhouse))
    for (const records of shop.log.values()) await updateServing(records, { redis: shop.redis, people })
    expect(naming(await readEverything(), PERSON)).toEqual([])
    expect(await readNeighbours()).toEqual(before.neighbours)
    expect(await readNeighbourProfiles()).toEqual(before.profiles)
    expect(await shop.rows("SELECT product_id FROM raw.behaviour WHERE product_id = 'kiosk 1'")).toEqual([])
    await proveComplete()
  })

  it('is found again when a process that had not heard of it stored something', async () => {
    const event = { ...viewed(3, { user_id: PERSON }, 'late'), anonymous_id: ownBrowser(PERSON) }
    const records = recordsOf([event], shop.log.get('flipside.behaviour')?.length)
    shop.log.get('flipside.behaviour')?.push(...records)
    await shop.store('flipside.behaviour', records, openPeople())
    expect(naming(await readEverything(), PERSON)).not.toEqual([])
    expect(Object.keys(await findBroken())).toEqual([
      'nothing is stored of anybody who was erased, but for requests that wait for their last sweep'
    ])
    await sweepLeftovers(ports())
    expect(naming(await readEverything(), PERSON)).toEqual([])
    await proveComplete()
  })

  it('is found again in sales that the job had read before', async () => {
    const name = `unhex('${Buffer.from(PERSON).toString('hex')}')`
    await shop.clickhouse.command({
      query: `ALTER TABLE mart.sales UPDATE customer_id = ${name} WHERE customer_id = '' SETTINGS mutations_sync = 1`
    })
    expect(Object.keys(await findBroken())).toEqual([
      'nothing is stored of anybody who was erased, but for requests that wait for their last sweep'
    ])
    await sweepLeftovers(ports())
    await proveComplete()
  })

  it('is forgotten as wholly when the process dies between any two steps', async () => {
    const victim = 'victim-x'
    await shop.send(...lifeOf(victim, 100), erased(900, victim))
    const [request] = await shop.rows<{ event_id: string }>(
      "SELECT toString(event_id) AS event_id FROM raw.customers WHERE type = 'customer_erased'"
    )
    const asked = [{ customer_id: victim, event_ids: [request?.event_id ?? ''] }]
    const newSteps = async () => {
      const people = await findBrowsers(shop.clickhouse, asked)
      return erasePeople(people, ports(), { isLast: true, startedAtMs: nowMs, nowMs: () => nowMs }).steps
    }
    const names = (await newSteps()).map(({ name }) => name)
    const deaths = names
      .keys()
      .filter((at) => !/^blank (?!raw.orders|mart.order_lines)/.test(names[at] ?? ''))
    for (const stepCount of deaths) {
      for (const step of (await newSteps()).slice(0, stepCount)) await step.run()
    }
    const isVictim = ({ text }: Found) => text.includes(victim)
    expect((await readEverything()).filter(isVictim)).not.toEqual([])
    await eraseWholly()
    expect((await readEverything()).filter(isVictim)).toEqual([])
    expect(await readNeighbours()).toEqual(before.neighbours)
    await proveComplete()
  })
})

it('every table that names people is one that is erased from', async () => {
  const shop = await openWarehouseShop()
  const named = await shop.rows<{ name: string }>(
    `SELECT DISTINCT concat(column.database, '.', table) AS name FROM system.columns AS column
    INNER JOIN system.tables AS owner ON owner.database = column.database AND owner.name = column.table
    WHERE column.database IN ('raw', 'mart', 'ops') AND column.name IN ('user_id', 'anonymous_id', 'customer_id', 'visitor', 'session_id')
      AND engine LIKE '%MergeTree'`
  )
  await shop.close()
  const known = ['raw.behaviour', 'raw.customers', ...BLANKED.map(({ table }) => table)]
  expect(named.map(({ name }) => name).toSorted()).toEqual(known.toSorted())
})
