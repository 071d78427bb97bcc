import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One entry a user and an item of theirs; both are numbered from 0. */
export type Pairs = { users: Uint32Array; items: Uint32Array }
export type DataFile = { pairs: Pairs; md5: string }

type Published = { name: string; train: string; test: string; train_pairs: number; test_pairs: number }

/** What figures are published for. Files that look like one of these but are not must not be compared with them. */
const PUBLISHED: readonly Published[] = [
  {
    name: 'AmazonCDs_m1',
    train: '2df6a35cac4373cf3eef95f75568da0a',
    test: 'd29acb66d0fb74bc3bc0791cbbce5cf2',
    train_pairs: 604_475,
    test_pairs: 172_951
  }
]

export async function readDataFile(directory: string, name: 'train.txt' | 'test.txt'): Promise<DataFile> {
  const bytes = await readFile(join(directory, name)).catch((cause: unknown) => {
    throw new Error(`--data names a folder with train.txt and test.txt; ${name} cannot be read`, { cause })
  })
  return {
    pairs: parsePairs(bytes.toString('latin1'), name),
    md5: createHash('md5').update(bytes).digest('hex')
  }
}

/** Tables are as long as the largest id. */
const ID_MAX = 50_000_000

/** RecZoo's format: a line is a user, then their items. A user without items is in the file all the same. */
export function parsePairs(text: string, name: string): Pairs {
  const users: number[] = []
  const items: number[] = []
  text.split('\n').forEach((line, at) => {
    const numbers = line.split(/\s+/).filter((word) => word !== '')
    const [user, ...theirs] = numbers.map((word) => {
      if (!/^\d{1,9}$/.test(word)) throw new Error(`${name}:${at + 1}: ${JSON.stringify(word)} is no number`)
      if (Number(word) >= ID_MAX) throw new Error(`${name}:${at + 1}: ${word}: ids are numbered from 0`)
      return Number(word)
    })
    for (const item of theirs) {
      users.push(user ?? 0)
      items.push(item)
    }
  })
  // Asked of nobody, every model is right about all there is, or wrong.
  if (users.length === 0) throw new Error(`${name} has no user with an item`)
  return { users: Uint32Array.from(users), items: Uint32Array.from(items) }
}

/** The published data set that these files are; null when they are none. Files of its shape with other bytes are refused. */
export function identify(train: DataFile, test: DataFile): string | null {
  for (const known of PUBLISHED) {
    if (train.md5 === known.train && test.md5 === known.test) return known.name
    const alike =
      train.pairs.users.length === known.train_pairs && test.pairs.users.length === known.test_pairs
    if (alike || train.md5 === known.train || test.md5 === known.test)
      throw new Error(`these files look like ${known.name}, but their md5 is not that of the published ones`)
  }
  return null
}
