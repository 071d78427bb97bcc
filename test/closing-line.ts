import type { Reporter, TestModule } from 'vitest/node'

/** In the name of a test that stands for a suite whose service cannot be had. */
export const NOT_RUN = ' did not run: '

/**
 * Ends the output with what could not run here and why, and one plain line, `N passed, N failed, N skipped`, that people
 * and scripts can both read.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    const notRun: string[] = []
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) count.failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed') count[state]++
        else count.skipped++
        if (state === 'skipped' && test.name.includes(NOT_RUN)) notRun.push(`${test.fullName}\n`)
      }
    }
    // The default reporter writes its summary after this hook; the line must come last.
    process.once('exit', () => {
      const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
      process.stdout.write(`${notRun.join('')}${count.passed} passed, ${count.failed} failed${skipped}\n`)
    })
  }
}
