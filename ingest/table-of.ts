/** Each topic has a table of its own for its events as they arrived. */
export const tableOf = (topic: string): string => `raw.${topic.split('.')[1] ?? ''}`
