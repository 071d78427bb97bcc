import { readFileSync } from 'node:fs'
import type { Dictionary } from '../models/contracts/data-dictionary.ts'
import { renderAlerts } from './render-alerts.ts'
import { renderData } from './render-data.ts'
import { renderEvents } from './render-events.ts'

/** Every page generated from the code and from other pages, by its path below docs/. The same files write the same files. */
export const renderFiles = (): Map<string, string> =>
  new Map([
    ['events.md', renderEvents()],
    [
      '../api/data-docs/alerts.html',
      renderAlerts(readFileSync(new URL('alerts.md', import.meta.url), 'utf8'))
    ]
  ])

/** What is generated from the warehouse: a page, and what the API serves while no warehouse answers. */
export const renderDataFiles = (dictionary: Dictionary): Map<string, string> =>
  new Map([
    ['data.md', renderData(dictionary)],
    ['../api/data-docs/dictionary.json', `${JSON.stringify(dictionary, null, 2)}\n`]
  ])
