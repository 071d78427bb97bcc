import { readdir } from 'node:fs/promises'

export type Bench = {
  /** What it measures, its options, and what each needs. */
  help: string
  /** Progress on stderr, a readable table on stdout; returns the figures. */
  run: (args: string[]) => Promise<Record<string, unknown>>
}

const [name = '--help', ...args] = process.argv.slice(2)
const names = (await readdir(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3))
  .toSorted()

if (!names.includes(name)) {
  process.stdout.write(`npm run -s bench <name> [-- options]\n\n`)
  for (const known of names)
    process.stdout.write(`  ${known.padEnd(10)} ${(await load(known)).help.split('\n', 1)[0]}\n`)
  process.stdout.write('\nnpm run -s bench <name> -- --help says more. The last line of each is JSON.\n')
  process.exit(name === '--help' ? 0 : 2)
}

const bench = await load(name)
if (args.includes('--help')) {
  process.stdout.write(`${bench.help}\n`)
} else {
  process.stdout.write(`${JSON.stringify(await bench.run(args))}\n`)
}

async function load(file: string): Promise<Bench> {
  const module: unknown = await import(`./${file}.ts`)
  return module as Bench
}
