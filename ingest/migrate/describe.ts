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

const BEGINNING_MAX = 100

function beginningOf(query: string): string {
  const line = query.split('\n').find((one) => one.trim() !== '' && !one.startsWith('--')) ?? ''
  return line.length > BEGINNING_MAX ? `${line.slice(0, BEGINNING_MAX)}…` : line
}
