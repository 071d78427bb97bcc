import { parseArgs } from 'node:util'
import { askPanels, type Asked } from './dashboards/ask-panels.ts'
import { startDemo } from './measure/demo-process.ts'

export const help = `Every panel's question of every board over a year of Online Retail: milliseconds until the answer is there.

  --times N    how often each panel asks, after once to warm up (5)
  --demo DIR   data of a demo with the original dates that has run before; missing: a new one in a temporary folder

Starts the demo and waits until its page is up. Each panel then asks as Grafana would for a year: the API over HTTP, or the
marts over HTTP as an analyst. Each time the year begins a day earlier, so that nothing is answered from memory. Panels
that ask Prometheus are left out, since there is none here.
  slowest_ms    the slowest panel's median; over_300_ms names those whose median is more than 300 ms
Needs nothing but npm ci.`

const GOAL_MS = 300

export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: { times: { type: 'string', default: '5' }, demo: { type: 'string' } }
  })
  const times = Number(values.times)
  if (!Number.isInteger(times) || times < 1) throw new Error('--times is a whole number of at least 1')
  const demo = await startDemo(
    values.demo === undefined ? {} : { dataDir: values.demo, args: ['--dates', 'original'] }
  )
  try {
    const asked = await askPanels({ url: await demo.url, dataDir: demo.dataDir, times })
    const slowestFirst = asked.toSorted((a, b) => b.median_ms - a.median_ms)
    process.stdout.write(tableOf(slowestFirst))
    return {
      panels: asked.length,
      slowest_ms: slowestFirst[0]?.median_ms ?? null,
      over_300_ms: slowestFirst
        .filter(({ median_ms }) => median_ms > GOAL_MS)
        .map(({ board, title }) => `${board}: ${title}`)
    }
  } finally {
    await demo.stop()
  }
}

const tableOf = (asked: readonly Asked[]): string =>
  [
    ['median', 'max', 'rows', 'of', 'panel'],
    ...asked.map(({ board, title, source, median_ms, max_ms, rows }) => [
      median_ms.toFixed(1),
      max_ms.toFixed(1),
      String(rows),
      source,
      `${board}: ${title}`
    ])
  ]
    .map(
      ([median = '', max = '', rows = '', of = '', panel = '']) =>
        `${median.padStart(8)}${max.padStart(9)}${rows.padStart(7)}  ${of.padEnd(6)}${panel}\n`
    )
    .join('')
