import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, sessions, type SessionsInput } from '../../bench/sessions.ts'
import { parseSessions, sessionsOf } from '../../bench/sessions/data-set.ts'
import { families, isServed } from '../../bench/sessions/families.ts'
import { judge, leadOf, ndcgOf, recallOf } from '../../bench/sessions/judge.ts'
import { mulberry32 } from '../../models/chance.ts'
import { sessionSettings } from '../../models/recommend/settings.ts'

const ITEMS = 40

/** Visitors walk from item to item along one of four aisles, now and then a step back. */
function anyFile(seed: number, sessionCount: number): string {
  const random = mulberry32(seed)
  const lines = ['SessionId\tItemId\tTime']
  for (let session = 0; session < sessionCount; session++) {
    let item = Math.floor(ITEMS * random())
    for (let click = 0; click < 2 + Math.floor(5 * random()); click++) {
      lines.push(`${1_000 + session}\t${item}\t${session * 1_000 + click * 10}.0`)
      item = (item + (random() < 0.2 ? ITEMS - 4 : 4)) % ITEMS
    }
  }
  return `${lines.join('\n')}\n`
}
const files = { train: anyFile(1, 300), valid: anyFile(2, 30), test: anyFile(3, 30) }

function inputOf(texts: typeof files, calls: string[] = []): SessionsInput {
  return {
    readTrain: async () => parseSessions(texts.train, 'train.txt'),
    readValid: async () => parseSessions(texts.valid, 'valid.txt'),
    readTest: async () => {
      calls.push('test is read')
      return parseSessions(texts.test, 'test.txt')
    },
    families,
    halvings: 0,
    evaluationsMax: 6,
    clockUs: () => 0,
    report: (line) => calls.push(line),
    print: () => {}
  }
}

describe('bench sessions', () => {
  it('reads the test file when all settings are chosen, and not before', async () => {
    const calls: string[] = []
    await sessions(inputOf(files, calls))
    const tried = (name: string) => calls.findIndex((line) => line.startsWith(`${name}: tried `))
    for (const { name } of families) {
      expect(tried(name)).toBeGreaterThanOrEqual(0)
      expect(tried(name)).toBeLessThan(calls.indexOf('test is read'))
    }
    expect(calls.at(-1)).toContain('asking')
  })

  it('chooses the same settings whatever the test file holds', async () => {
    const honest = await sessions(inputOf(files))
    const other = await sessions(inputOf({ ...files, test: anyFile(4, 30) }))
    const chosenOf = ({ models }: Record<string, unknown>) =>
      Object.values(models as Record<string, Record<string, unknown>>).map(
        ({ settings, validation_mrr_at_20 }) => ({ settings, validation_mrr_at_20 })
      )
    expect(chosenOf(other)).toEqual(chosenOf(honest))
    expect(other['mrr_at_20']).not.toBe(honest['mrr_at_20'])
  })

  it('answers for the model that was best on the valid file, which knows more than what is popular', async () => {
    const result = await sessions(inputOf(files))
    const models = result['models'] as Record<string, { mrr_at_20: number }>
    expect(result['model']).toBe('session neighbours')
    expect(result['mrr_at_20']).toBeGreaterThan(2 * (models['popularity']?.mrr_at_20 ?? NaN))
  })

  it('never shows what the session has seen where only new items are asked for', () => {
    const train = parseSessions(files.train, 'train.txt')
    const discovering = families.find(({ aim }) => aim === 'new item')
    const predict = discovering?.createFit(train)(discovering.starts[0] ?? {})
    for (const seen of [[4], [8, 4], [12, 8, 4]])
      expect([...(predict?.(seen) ?? seen)].filter((item) => seen.includes(item))).toEqual([])
  })

  it('knows whether what it chose is what the API uses', () => {
    const family = families.find(({ aim }) => aim === 'new item')
    if (!family) throw new Error('something is served')
    const settings = {
      last_items: sessionSettings.lastItemsMax,
      recent_sessions: sessionSettings.recentSessionsMax,
      neighbours: sessionSettings.neighboursMax,
      idf_exponent: sessionSettings.idfExponent,
      item_decay: Number(sessionSettings.itemDecay),
      distance_decay: sessionSettings.distanceDecay,
      return_weight: sessionSettings.returnWeight
    }
    expect(isServed({ family, settings })).toBe(true)
    expect(isServed({ family, settings: { ...settings, distance_decay: 9 } })).toBe(false)
  })

  it('runs on a folder, prints the agreed keys, and says which file is missing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'flipside-sessions-'))
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(directory, `${name}.txt`), text)
      const result = await run(['--data', directory])
      for (const key of ['mrr_at_20', 'hit_rate_at_20', 'predictions', 'p90_us'])
        expect(result[key]).toBeGreaterThan(0)
      await rm(join(directory, 'valid.txt'))
      await expect(run(['--data', directory])).rejects.toThrow('valid.txt cannot be read')
      await expect(run([])).rejects.toThrow('--data')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('the files', () => {
  it('are put in the order of their times, those of one second in the order of the lines', () => {
    const file = parseSessions('SessionId\tItemId\tTime\n9\t3\t20.4\n9\t1\t10.0\n7\t5\t1\n9\t2\t20.0\n', 'x')
    expect(sessionsOf(file)).toEqual([[1, 3, 2], [5]])
  })

  it('are refused where there are none, or the names of the columns are not', () => {
    expect(() => parseSessions('', 'test.txt')).toThrow('test.txt has no clicks')
    expect(() => parseSessions('1\t2\t3\n1\t3\t4\n', 'test.txt')).toThrow('test.txt:1')
  })

  it('are refused with the place of what is wrong', () => {
    expect(() => parseSessions('SessionId\tItemId\tTime\n1\t2\t3\n1,2,3\n', 'valid.txt')).toThrow(
      'valid.txt:3'
    )
  })
})

describe('the judge', () => {
  const train = parseSessions('SessionId\tItemId\tTime\n1\t0\t1\n1\t1\t2\n2\t1\t3\n', 'train.txt')

  it('predicts every click but the first, and counts ranks, hits, what was shown and how popular it is', () => {
    const judged = judge(() => Uint32Array.of(1, 0), [[0, 1, 0], [7], [0, 5]], { train, clockUs: () => 0 })
    expect(judged.predictions).toBe(3)
    expect(judged.mrr).toBeCloseTo((1 + 1 / 2 + 0) / 3)
    expect(judged.hitRate).toBeCloseTo(2 / 3)
    expect(judged.newItems).toEqual({ predictions: 2, mrr: 0.5 })
    expect(judged.coverage).toBe(1)
    expect(judged.popularity).toBeCloseTo((1 + 1 / 2) / 2)
  })

  it('tells by how much one model leads, session by session', () => {
    const sessions = [
      [0, 1],
      [0, 1],
      [1, 5]
    ]
    const [one, other] = [1, 5].map((item) =>
      judge(() => Uint32Array.of(item), sessions, { train, clockUs: () => 0 })
    )
    if (!one || !other) throw new Error('both are judged')
    const { mrr, interval } = leadOf(one, other)
    expect(mrr).toBeCloseTo(1 / 3)
    expect(interval).toEqual([-1, 1])
    expect(leadOf(one, one)).toEqual({ mrr: 0, interval: [0, 0] })
  })

  it('reckons as Serenade’s evaluator does: its own example', () => {
    const ranked = Uint32Array.from({ length: 20 }, (_, at) => at + 1)
    expect(ndcgOf(ranked, [3, 55, 88, 4])).toBeCloseTo(0.36121211352040195, 12)
    expect(recallOf(ranked, [3, 55, 88, 4])).toBe(0.5)
  })
})
