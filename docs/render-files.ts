import { renderEvents } from './render-events.ts'

/** Every generated page, by its path below docs/. Pure: the same code writes the same files. */
export const renderFiles = (): Map<string, string> => new Map([['events.md', renderEvents()]])
