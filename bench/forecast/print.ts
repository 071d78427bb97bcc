import type { Plan } from '../../models/forecast/panel/plan.ts'
import type { Accuracy } from './accuracy.ts'
import type { Compared } from './compare.ts'

type Print = (line: string) => void

export function printTable(
  models: readonly Compared[],
  chosen: { accuracy: Accuracy; seconds: number },
  print: Print
): void {
  print(
    `${'model'.padEnd(26)} sMAPE     MASE    RMSSE   WRMSSE  bias    s        | statsforecast: sMAPE, MASE, RMSSE, s`
  )
  for (const { name, accuracy, seconds, peer } of models) {
    const beside = peer ? `${figures(peer.accuracy).slice(0, 25)} ${peer.seconds.toFixed(2)}` : '-'
    print(`${name.padEnd(26)} ${figures(accuracy)} ${seconds.toFixed(2).padEnd(8)} | ${beside}`)
  }
  print(`${'the default'.padEnd(26)} ${figures(chosen.accuracy)} ${chosen.seconds.toFixed(2)}`)
}

function figures({ smape, mase, rmsse, wrmsse, bias }: Accuracy): string {
  return [
    smape.toFixed(3).padEnd(9),
    mase.toFixed(4).padEnd(7),
    rmsse.toFixed(4).padEnd(7),
    (wrmsse === null ? '-' : wrmsse.toFixed(4)).padEnd(7),
    bias.toFixed(3).padEnd(7)
  ].join(' ')
}

const SHOWN = 6

/** What the default chose on earlier origins, and what it chose among. */
export function printPlan(plan: Plan, print: Print): void {
  for (const [name, { rows, chosen, tried }] of [
    ['regular', plan.regular],
    ['intermittent', plan.intermittent]
  ] as const) {
    if (rows.length === 0) continue
    print(`${name}, ${rows.length} series: ${chosen.name}`)
    for (const one of tried.slice(0, SHOWN)) print(`  ${one.score.toFixed(4)}  ${one.name}`)
  }
}
