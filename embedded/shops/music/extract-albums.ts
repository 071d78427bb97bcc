import { readFile } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

/**
 * `node embedded/shops/music/extract-albums.ts ChinookData.json > embedded/shops/music/data/albums.csv`: one line an
 * album, of the catalogue's tables only. Customers, employees, invoices and playlists of the file are not read.
 */
const Chinook = Type.Object({
  Genre: Type.Array(Type.Object({ GenreId: Type.Integer(), Name: Type.String() })),
  MediaType: Type.Array(Type.Object({ MediaTypeId: Type.Integer(), Name: Type.String() })),
  Artist: Type.Array(Type.Object({ ArtistId: Type.Integer(), Name: Type.String() })),
  Album: Type.Array(Type.Object({ AlbumId: Type.Integer(), Title: Type.String(), ArtistId: Type.Integer() })),
  Track: Type.Array(
    Type.Object({
      AlbumId: Type.Integer(),
      MediaTypeId: Type.Integer(),
      GenreId: Type.Integer()
    })
  )
})
type Chinook = Static<typeof Chinook>

const [path] = process.argv.slice(2)
if (!path) throw new Error('name the file: ChinookData.json')
const chinook: unknown = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''))
if (!Value.Check(Chinook, chinook)) throw new Error(`${path} does not hold Chinook's tables`)
process.stdout.write(`album_id,artist,title,genre,media,tracks\n${albumLines(chinook).join('')}`)

function albumLines({ Genre, MediaType, Artist, Album, Track }: Chinook): string[] {
  const genres = new Map(Genre.map((genre) => [genre.GenreId, genre.Name]))
  const video = new Set(MediaType.flatMap((type) => (/video/.test(type.Name) ? type.MediaTypeId : [])))
  const artists = new Map(Artist.map((artist) => [artist.ArtistId, artist.Name]))
  const tracksOf = Map.groupBy(Track, (track) => track.AlbumId)
  return Album.map((album) => {
    const tracks = tracksOf.get(album.AlbumId) ?? []
    const videos = tracks.filter((track) => video.has(track.MediaTypeId)).length
    const fields = [
      album.AlbumId,
      artists.get(album.ArtistId) ?? '',
      album.Title,
      mostFrequent(tracks.map((track) => genres.get(track.GenreId) ?? '')),
      videos === 0 ? 'audio' : videos === tracks.length ? 'video' : 'both',
      tracks.length
    ]
    return `${fields.map(quote).join(',')}\n`
  })
}

/** The genre of most of its tracks; the first of equals. */
function mostFrequent(names: readonly string[]): string {
  const counts = [...Map.groupBy(names, (name) => name)]
  return counts.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? ''
}

function quote(field: string | number): string {
  const text = String(field).trim()
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
