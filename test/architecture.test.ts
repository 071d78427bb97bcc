import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const FOLDERS = ['ingest', 'jobs', 'models', 'api', 'dashboards', 'docs', 'embedded', 'bench', 'test']
const LINES_MAX = 250

const files = globSync(`{${FOLDERS.join(',')}}/**/*.ts`, { cwd: ROOT }).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
  return {
    path,
    text,
    folder: path.split('/', 1)[0] ?? '',
    packages: specifiers.filter((name) => !name.startsWith('.')),
    imports: specifiers
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(path), name)))
  }
})
const source = files.filter((file) => file.folder !== 'test')
const folderOf = (path: string) => path.split('/', 1)[0] ?? ''

/** Which other folders each may import. `test` and `bench` may import all. */
const MAY_IMPORT: Record<string, string[]> = {
  models: [],
  ingest: ['models'],
  jobs: ['models'],
  api: ['models'],
  dashboards: ['models'],
  docs: ['models', 'api', 'ingest'],
  embedded: ['models', 'ingest', 'jobs', 'api']
}
/** The entry of a process chooses what stands in for what, so it alone knows the stand-ins. */
const isEntry = (path: string) =>
  basename(path) === 'main.ts' ||
  [
    'ingest/analysts.ts',
    'ingest/migrations.ts',
    'ingest/profiles.ts',
    'ingest/verify.ts',
    'ingest/replay.ts',
    'ingest/rejected.ts',
    'embedded/warehouse.ts',
    'embedded/redis.ts'
  ].includes(path)

const isMathematics = (name: string) =>
  name === 'typebox' || name.startsWith('typebox/') || name === 'ml-matrix'
/** Threads are not I/O: they compute what one would, to the bit. They need Node, and how many cores there are. */
const isThreads = (path: string) => path.startsWith('models/recommend/threads/')
const isThreading = (name: string) => name === 'node:worker_threads' || name === 'node:os'

describe('the folders', () => {
  it.each(Object.keys(MAY_IMPORT))('%s imports only what it may', (folder) => {
    const wrong = source
      .filter((file) => file.folder === folder)
      .flatMap((file) =>
        file.imports
          .filter((path) => folderOf(path) !== folder && !MAY_IMPORT[folder]?.includes(folderOf(path)))
          .filter((path) => !(isEntry(file.path) && folderOf(path) === 'embedded'))
          .map((path) => `${file.path} imports ${path}`)
      )
    expect(wrong).toEqual([])
  })

  it('contracts know nothing of the mathematics', () => {
    const contracts = source.filter((file) => file.path.startsWith('models/contracts/'))
    expect(
      contracts.flatMap((file) => file.imports).filter((path) => !path.startsWith('models/contracts/'))
    ).toEqual([])
  })

  it('models do no I/O, and have no clock and no chance', () => {
    const wrong = source
      .filter((file) => file.folder === 'models')
      .filter(
        (file) =>
          file.packages.some(
            (name) => !isMathematics(name) && !(isThreads(file.path) && isThreading(name))
          ) ||
          /\bDate\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.(?!emit)/.test(file.text)
      )
    expect(wrong.map((file) => file.path)).toEqual([])
  })
})

describe('what only some may know', () => {
  it('only an entry reads the environment', () => {
    // A child process is given its parent's environment, which is not reading it.
    const readers = source.filter((file) => /process\.env\b/.test(file.text.replaceAll('...process.env', '')))
    expect(readers.filter((file) => !isEntry(file.path)).map((file) => file.path)).toEqual([])
  })

  it.each([
    ['kafkajs', ['api/kafka.ts', 'ingest/kafka.ts', 'ingest/kafka-admin.ts', 'ingest/kafka-sender.ts']],
    ['chdb', ['embedded/']]
  ])('%s is known in %j only', (name, places) => {
    const users = source.filter((file) => file.packages.includes(name) || file.text.includes(`'${name}'`))
    expect(
      users.filter((file) => !places.some((place) => file.path.startsWith(place))).map((file) => file.path)
    ).toEqual([])
  })
})

describe('the style', () => {
  it('no file is named for nothing', () => {
    const nameless = /^(utils?|helpers?|common|services?|misc|index)\.ts$/
    expect(files.filter((file) => nameless.test(basename(file.path))).map((file) => file.path)).toEqual([])
  })

  it(`no file is longer than ${LINES_MAX} lines`, () => {
    const long = source.filter((file) => file.text.trimEnd().split('\n').length > LINES_MAX)
    expect(long.map((file) => file.path)).toEqual([])
  })

  it('no test is left out', () => {
    const left = files.filter((file) => /\b(?:it|test|describe)\.(?:only|todo|skip)\(/.test(file.text))
    expect(left.map((file) => file.path)).toEqual([])
  })

  it('every SQL file opens with what a row is, or what it proves', () => {
    const sql = globSync('{ingest,jobs,api,dashboards}/**/*.sql', { cwd: ROOT })
    expect(sql.filter((path) => !/^-- \S/.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual([])
  })

  it('every platform is in the lock file: an install elsewhere leaves them out, and then npm ci fails', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`]
      )
    )
    expect(missing).toEqual([])
  })
})
