import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../models/chance.ts'
import { recommend, run, type RecommendInput } from '../../bench/recommend.ts'
import { validationCut } from '../../bench/recommend/cut.ts'
import { matrixOfPairs, shapeOf } from '../../bench/pairs/matrix-of-pairs.ts'
import { identify, parsePairs, type DataFile } from '../../bench/pairs/data-set.ts'
import { families } from '../../bench/recommend/families.ts'
import { accuracyOf } from '../../bench/recommend/judge.ts'
import { compassSearch, type Axis } from '../../bench/tuning/search.ts'

const USERS = 120
const ITEMS = 60

/** Users of three tastes, and popular items among all of them; a fifth of each user's items are the test. */
function anyFiles(seed: number): { train: string; test: string } {
  const random = mulberry32(seed)
  const lines = { train: [] as string[], test: [] as string[] }
  for (let user = 0; user < USERS; user++) {
    const items = new Set<number>()
    while (items.size < 10) {
      const item = Math.floor(ITEMS * random() ** 1.5)
      if (random() < 0.15 || item % 3 === user % 3) items.add(item)
    }
    lines.train.push([user, ...[...items].slice(0, 8)].join(' '))
    lines.test.push([user, ...[...items].slice(8)].join(' '))
  }
  return { train: `${lines.train.join('\n')}\n`, test: `${lines.test.join('\n')}\n` }
}

const fileOf = (text: string): DataFile => ({ pairs: parsePairs(text, 'some.txt'), md5: 'unknown' })

function inputOf(files: { train: string; test: string }, calls: string[] = []): RecommendInput {
  return {
    readTrain: async () => fileOf(files.train),
    readTest: async () => {
      calls.push('test is read')
      return fileOf(files.test)
    },
    families,
    threads: 0,
    halvings: 0,
    evaluationsMax: 4,
    clock: () => 0,
    secondsMax: Infinity,
    report: (line) => calls.push(line),
    print: () => {}
  }
}

describe('bench recommend', () => {
  const files = anyFiles(3)

  it('reads the test file when all settings are chosen, and not before', async () => {
    const calls: string[] = []
    await recommend(inputOf(files, calls))
    const read = calls.indexOf('test is read')
    for (const { name } of families) {
      expect(calls.findIndex((line) => line.includes(`: ${name}: `))).toBeGreaterThanOrEqual(0)
      expect(calls.findLastIndex((line) => line.includes(`: ${name}: `))).toBeLessThan(read)
    }
    expect(calls.slice(read + 1).filter((line) => / fitting | asking /.test(line))).toHaveLength(
      calls.length - read - 1
    )
  })

  it('chooses the same settings whatever the test file holds', async () => {
    const honest = await recommend(inputOf(files))
    const other = await recommend(inputOf({ ...files, test: anyFiles(4).test }))
    const settingsOf = ({ models }: Record<string, unknown>) =>
      Object.values(models as Record<string, { settings: unknown }>).map(({ settings }) => settings)
    expect(settingsOf(other)).toEqual(settingsOf(honest))
    expect(other['validation_recall_at_20']).toBe(honest['validation_recall_at_20'])
    expect(other['recall_at_20']).not.toBe(honest['recall_at_20'])
  })

  it('asks the test file’s users, and every personal model beats popularity where tastes differ', async () => {
    const result = await recommend(inputOf(files))
    expect(result).toMatchObject({ data_set: null, users: USERS, items: ITEMS })
    const models = result['models'] as Record<string, { recall_at_20: number }>
    const popular = models['popularity']?.recall_at_20 ?? NaN
    const personal = [...families.slice(1).map(({ name }) => name), 'blend']
    for (const name of personal) expect(models[name]?.recall_at_20).toBeGreaterThan(popular)
  })

  it('runs on a folder and prints the agreed keys', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'flipside-recommend-'))
    try {
      await writeFile(join(directory, 'train.txt'), files.train)
      await writeFile(join(directory, 'test.txt'), files.test)
      const result = await run(['--data', directory, '--minutes', '0.01', '--only', 'sparse ridge'])
      for (const key of ['recall_at_20', 'ndcg_at_20', 'users', 'settings', 'tuned_on', 'fit_s'])
        expect(result).toHaveProperty(key)
      expect(result['model']).toBe('sparse ridge')
      await rm(join(directory, 'test.txt'))
      await expect(run(['--data', directory, '--minutes', '0.01', '--only', 'popularity'])).rejects.toThrow(
        'test.txt'
      )
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('knows all items of a user who has a great many: none of them may be recommended', () => {
    const pairs = parsePairs(`0 ${Array.from({ length: 1_500 }, (_, item) => item).join(' ')}\n`, 'train.txt')
    expect(matrixOfPairs(pairs, shapeOf(pairs)).unitSizes).toEqual(Float64Array.of(1_500))
  })

  it('says what is wrong with a line', () => {
    expect(() => parsePairs('0 1\n1 x\n', 'train.txt')).toThrow('train.txt:2')
    expect(() => parsePairs('0 1\n1 999999999\n', 'train.txt')).toThrow('train.txt:2')
  })

  it('judges nothing by a file without a pair', () => {
    expect(() => parsePairs('', 'test.txt')).toThrow('test.txt')
    expect(() => parsePairs('7\n8\n', 'test.txt')).toThrow('test.txt')
  })

  it('refuses files that look like a published data set but are other ones', () => {
    const pairs = (count: number) => ({ users: new Uint32Array(count), items: new Uint32Array(count) })
    const train = { pairs: pairs(604_475), md5: '2df6a35cac4373cf3eef95f75568da0a' }
    const test = { pairs: pairs(172_951), md5: 'd29acb66d0fb74bc3bc0791cbbce5cf2' }
    expect(identify(train, test)).toBe('AmazonCDs_m1')
    expect(() => identify(train, { ...test, md5: 'other' })).toThrow('AmazonCDs_m1')
    expect(() => identify({ ...train, md5: 'other' }, { ...test, md5: 'other' })).toThrow('AmazonCDs_m1')
  })
})

describe('the validation cut', () => {
  const train = parsePairs(anyFiles(5).train, 'train.txt')
  const { matrix, questions } = validationCut(train, shapeOf(train))

  it('hides a fifth of the items of half of the users, never all of them', () => {
    expect(questions).toHaveLength(USERS / 2)
    for (const { user, wanted } of questions) {
      const kept = matrix.byUnit.indexes.subarray(
        matrix.byUnit.offsets[user],
        matrix.byUnit.offsets[user + 1]
      )
      expect(wanted).toHaveLength(2)
      expect(kept).toHaveLength(6)
      expect([...kept].filter((item) => wanted.includes(item))).toEqual([])
    }
    expect(matrix.byUnit.indexes).toHaveLength(train.users.length - USERS)
  })

  it('is the same each time', () => {
    expect(validationCut(train, shapeOf(train))).toEqual({ matrix, questions })
  })
})

describe('accuracy', () => {
  it('is recall over what is wanted, and gains by rank over the best there could be', () => {
    const { recall, ndcg } = accuracyOf(Uint32Array.of(9, 2, 8, 4), new Set([2, 4, 7]))
    expect(recall).toBeCloseTo(2 / 3)
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4)
    expect(ndcg).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / ideal)
  })

  it('is full when the first 20 are all wanted, however many more are', () => {
    const wanted = new Set(Array.from({ length: 40 }, (_, item) => item))
    expect(
      accuracyOf(
        Uint32Array.from({ length: 20 }, (_, item) => item),
        wanted
      )
    ).toEqual({
      recall: 0.5,
      ndcg: 1
    })
  })
})

describe('the search', () => {
  const axes: Axis[] = [
    { name: 'x', by: 'adding', step: 0.4, min: 0, max: 3 },
    { name: 'y', by: 'multiplying', step: 4, min: 0.01, max: 100 }
  ]
  const hill = ({ x = 0, y = 1 }) => -((x - 1.3) ** 2) - (Math.log(y) - Math.log(7)) ** 2
  const bounds = { axes, evaluate: hill, halvings: 4, evaluationsMax: 200, stop: () => false }

  it('finds the top of a hill, coarse to fine', () => {
    const { settings, evaluations } = compassSearch({ x: 0, y: 1 }, bounds)
    expect(settings['x']).toBeCloseTo(1.3, 1)
    expect(Math.log(settings['y'] ?? 1)).toBeCloseTo(Math.log(7), 0)
    expect(evaluations).toBeLessThan(60)
  })

  it('ends at its bound, with the best that it saw', () => {
    const values: number[] = []
    const evaluate = (settings: Readonly<Record<string, number>>) => {
      values.push(hill(settings))
      return hill(settings)
    }
    const { value, evaluations } = compassSearch({ x: 0, y: 1 }, { ...bounds, evaluate, evaluationsMax: 5 })
    expect(evaluations).toBe(5)
    expect(value).toBe(Math.max(...values))
    expect(compassSearch({ x: 0, y: 1 }, { ...bounds, stop: () => true }).evaluations).toBe(1)
  })

  it('stays within its axes', () => {
    const { settings } = compassSearch({ x: 0, y: 1 }, { ...bounds, evaluate: ({ x = 0, y = 1 }) => x + y })
    expect(settings).toEqual({ x: 3, y: 100 })
  })
})
