import type { Fill } from './fill.ts'
import type { Step } from './plan.ts'

/** Every statement with what became of it, and a last line that counts. */
export function describePlan(steps: readonly Step[]): string[] {
  const open = steps.filter(({ is_applied }) => !is_applied).length
  const end =
    open === 0 ? 'Nothing to do.' : `${open} of ${steps.length} statements would run; nothing was changed.`
  return [...steps.map((step) => `${step.is_applied ? 'applied  ' : 'would run'} ${describeStep(step)}`), end]
}

/** The file, the number and how the statement begins: enough to find it. */
export const describeStep = ({ name, statement, query }: Step): string =>
  `${name} ${statement}: ${beginningOf(query)}`

export const describeFill = ({ view, topic, partition, next, end }: Fill): string =>
  `${view}: filled ${topic}/${partition} up to offset ${next} of ${end}`

export const describeLeft = ({ view, topic, partition, next, end }: Fill): string =>
  `${view}: offsets ${next} to ${end - 1} of ${topic}/${partition} belong to a block that is not recorded yet; ingest fills them in when it has stored it.`

export const describeUnfillable = (views: readonly string[]): string =>
  `These new views lack what was stored before them, because their tables do not say where in the log a row is from: ${views.join(', ')}. Stop ingest and run \`npm run replay -- --rebuild\` with their tables.`

const BEGINNING_MAX = 100

function beginningOf(query: string): string {
  const line = query.split('\n').find((one) => one.trim() !== '' && !one.startsWith('--')) ?? ''
  return line.length > BEGINNING_MAX ? `${line.slice(0, BEGINNING_MAX)}…` : line
}
