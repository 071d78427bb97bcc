import { readColumns } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { writeProfiles, type ProfileList } from './redis.ts'

const PROFILES_A_TRIP = 200

/** Fills a serving store that lost its profiles. What live events wrote meanwhile stays, because later times win. */
export async function rebuildProfiles({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  let visitorCount = 0
  for (const list of ['owned', 'recent'] as const) {
    const profiles = await readProfiles(clickhouse, list)
    for (let i = 0; i < profiles.length; i += PROFILES_A_TRIP) {
      await writeProfiles(redis, list, profiles.slice(i, i + PROFILES_A_TRIP))
      progress(i, profiles.length, `profiles: ${list}`)
    }
    progress(1, 1, `profiles: ${list}`)
    visitorCount += profiles.length
  }
  return { version: '', detail: `${visitorCount} lists` }
}

async function readProfiles(
  clickhouse: JobPorts['clickhouse'],
  list: 'owned' | 'recent'
): Promise<ProfileList[]> {
  const table = await readColumns(clickhouse, list)
  const [visitors, products, times] = [0, 1, 2].map((column) => table.getChildAt(column))
  const profiles: ProfileList[] = []
  for (let row = 0; row < table.numRows; row++) {
    const name = String(visitors?.get(row))
    const visitor = list === 'owned' ? `u:${name}` : name
    let profile = profiles.at(-1)
    if (profile?.visitor !== visitor) profiles.push((profile = { visitor, product_ids: [], atMs: [] }))
    profile.product_ids.push(String(products?.get(row)))
    profile.atMs.push(Number(times?.get(row)))
  }
  return profiles
}
