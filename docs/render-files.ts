import type { Dictionary } from '../models/contracts/data-dictionary.ts'
import { renderData } from './render-data.ts'
import { renderEvents } from './render-events.ts'

/** Every page generated from the code, by its path below docs/. Pure: the same code writes the same files. */
export const renderFiles = (): Map<string, string> => new Map([['events.md', renderEvents()]])

/** What is generated from the warehouse: a page, and what the API serves while no warehouse answers. */
export const renderDataFiles = (dictionary: Dictionary): Map<string, string> =>
  new Map([
    ['data.md', renderData(dictionary)],
    ['../api/data-docs/dictionary.json', `${JSON.stringify(dictionary, null, 2)}\n`]
  ])
