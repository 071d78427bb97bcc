import { publishForecasts } from './forecasts.ts'
import type { Job } from './job.ts'
import { publishNeighbours } from './neighbours.ts'
import { publishProducts } from './products.ts'
import { rebuildProfiles } from './profiles.ts'

/** In the order in which an empty serving store wants them. */
export const jobs: readonly Job[] = [
  { name: 'products', what: 'product facts and stock on hand', cron: '* * * * *', run: publishProducts },
  {
    name: 'neighbours',
    what: 'bought together, similar and popular works',
    cron: '7 * * * *',
    run: publishNeighbours
  },
  {
    name: 'forecasts',
    what: 'daily demand, days of cover and reorder points',
    cron: '17 3 * * *',
    run: publishForecasts
  },
  {
    name: 'profiles',
    what: 'visitors’ recent and owned products, rebuilt from the warehouse',
    run: rebuildProfiles
  }
]
