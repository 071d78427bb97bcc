import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What tests fetch or build once, and find there the next time. */
const CACHE = join(import.meta.dirname, '../node_modules/.cache/flipside-tests')

/** Fills the folder beside its place and moves it there whole, so that several processes may do so at once. */
export async function fetchOnce(name: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const place = join(CACHE, name)
  if (existsSync(place)) return place
  await mkdir(dirname(place), { recursive: true })
  const dir = await mkdtemp(`${place}.part-`)
  try {
    await fill(dir)
    await rename(dir, place)
  } catch (error) {
    await rm(dir, { recursive: true, force: true })
    // Another process was first.
    if (!existsSync(place)) throw error
  }
  return place
}
