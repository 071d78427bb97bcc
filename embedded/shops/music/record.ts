import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { Time } from '../../../models/contracts/events/fields.ts'

export const MUSIC_FILE = 'music.json'
/** To be raised with every change of what a seed gives. */
export const SIMULATION = 1

/** What was simulated and how far it was sent: `music.json` in DATA_DIR. Everything else is made again from the seed. */
const MusicRecord = Type.Object({
  simulation: Type.Literal(SIMULATION, {
    description: 'Of another version the same seed gives other events: what was begun cannot go on'
  }),
  seed: Type.String(),
  shoppers: Type.Integer({ minimum: 1 }),
  start: Time,
  history_end: Type.String({
    ...Time,
    description: 'Until then events carry the times of the simulation, afterwards those of their sending'
  }),
  events_sent: Type.Integer({ minimum: 0, description: 'The collector took as many, from the first on' }),
  sending: Type.Optional(
    Type.Object(
      { count: Type.Integer({ minimum: 1 }), at: Time },
      {
        description:
          'The batch under way after those: sent again, it has the same times, and so the same ids and keys'
      }
    )
  )
})
export type MusicRecord = Static<typeof MusicRecord>

export async function readMusicRecord(dataDir: string): Promise<MusicRecord | undefined> {
  const path = join(dataDir, MUSIC_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`read ${path}`, { cause: error })
  })
  if (text === undefined) return undefined
  const record: unknown = JSON.parse(text)
  if (!Value.Check(MusicRecord, record))
    throw new Error(
      `${path} was not begun by this version of the simulation: remove ${dataDir} to start afresh`
    )
  return record
}

export async function writeMusicRecord(dataDir: string, record: MusicRecord): Promise<void> {
  const path = join(dataDir, MUSIC_FILE)
  await writeFile(`${path}.new`, JSON.stringify(record, null, 2))
  await rename(`${path}.new`, path)
}
