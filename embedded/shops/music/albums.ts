import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

/** An album or season as Chinook lists it. */
const Album = Type.Object({
  album_id: Type.String({ pattern: '^\\d+$' }),
  artist: Type.String({ minLength: 1 }),
  title: Type.String({ minLength: 1 }),
  genre: Type.String({ minLength: 1 }),
  media: Type.Enum(['audio', 'video', 'both']),
  tracks: Type.String({ pattern: '^\\d+$' })
})
export type Album = Static<typeof Album>

export function readAlbums(): Album[] {
  const file = new URL('./data/albums.csv', import.meta.url)
  const rows: unknown = parse(readFileSync(file), { columns: true })
  if (!Value.Check(Type.Array(Album), rows)) throw new Error(`${file.pathname} does not list albums`)
  return rows
}

/** What discs, volumes and seasons have in common: `Physical Graffiti [Disc 1]` → `Physical Graffiti`. */
export function seriesOf(title: string): string | undefined {
  const match = /^(.+?)(?:,| -)?\s*[([]?(?:Disc|Vol\.|Volume|Season)\s*\w+\.?[)\]]?/i.exec(title)
  return match?.[1]?.trim()
}

export const isLive = (title: string): boolean =>
  /\b(live|unplugged|ao vivo|concerts?|acústico)\b/i.test(title)
