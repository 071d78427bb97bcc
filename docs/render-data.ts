import type { Dictionary } from '../models/contracts/data-dictionary.ts'

/** What the warehouse holds, for people who read files. The same is a page of the API at /docs/data. */
export function renderData({ marts, figures, questions }: Dictionary): string {
  return `${[
    INTRODUCTION,
    marts.map(({ name, meaning }) => `- [${name}](#${name}): ${meaning}`).join('\n'),
    '## Marts',
    ...marts.map(renderMart),
    '## Figures',
    FIGURES,
    ...figures.map(renderFigure),
    '## Questions',
    'Each runs as it is, with the rights of an analyst; a test does so.',
    ...questions.map(({ question, sql }) => `### ${question}\n\n${fence(sql)}`)
  ].join('\n\n')}\n`
}

const INTRODUCTION = `# The data

Written by \`npm run docs\` from the warehouse's own comments, \`models/contracts/metrics\` and \`docs/questions\`: change those, not this
file. A running API shows it at \`/docs/data\`. How to get an account: [analysts.md](analysts.md).

Times are in UTC, days in the shop's zone. Money is in the currency of its row: never add up two currencies. What is invented, as
in a demo, is marked in columns named \`simulated\` or \`…_is_simulated\`.`

const FIGURES =
  'One definition each, which the API and the boards use, too. Figures of sales are sums over the rows that are asked for; the others are whole queries that take `from` and `to`, both included, in the shop’s days.'

function renderMart({ name, kind, meaning, row, columns }: Dictionary['marts'][number]): string {
  const rows = columns.map(
    (column) => `| \`${column.name}\` | \`${column.type}\` | ${column.meaning.replaceAll('|', '\\|')} |`
  )
  return [
    `### ${name}`,
    `${meaning}. A ${kind}.${row && ` ${row}`}`,
    ['| column | type | meaning |', '|---|---|---|', ...rows].join('\n')
  ].join('\n\n')
}

function renderFigure({ name, meaning, unit, by, sql }: Dictionary['figures'][number]): string {
  const parts = by.length > 0 ? `, by ${by.map((column) => `\`${column}\``).join(', ')}` : ''
  return [`### ${name}`, `${meaning}. Unit: ${unit}${parts}.`, fence(sql)].join('\n\n')
}

const fence = (sql: string) => `\`\`\`sql\n${sql}\n\`\`\``
