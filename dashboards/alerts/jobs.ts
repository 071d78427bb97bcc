/**
 * The longest that may pass since a job of the schedule last succeeded, in minutes: two turns and what a run takes, for those
 * of each minute a quarter of an hour, and for those of each night as long as somebody who comes in the morning would wait.
 */
export const jobMinutes = {
  products: 15,
  sales: 15,
  fresh: 15,
  replenishment: 15,
  'alert-digest': 15,
  sessions: 45,
  neighbours: 150,
  forecasts: 1_620,
  affinity: 1_620,
  quality: 1_620
} as const satisfies Record<string, number>

export const fillJobs = (sql: string): string =>
  sql
    .replaceAll('{jobs}', () =>
      Object.keys(jobMinutes)
        .map((job) => `'${job}'`)
        .join(', ')
    )
    .replaceAll('{minutes}', () => Object.values(jobMinutes).join(', '))
