import { isDeniedFunction } from './denied-functions.ts'
import type { Engine } from './engine.ts'

export type AllowList = {
  /** Whether a statement may call it. */
  allows(functionName: string): boolean
  /** Whether a name, given where a function may be meant (`arrayMap(file, …)`), means one that may not be called. */
  denies(name: string): boolean
  /** Whether the first of its arguments may be a function, given by its name alone. */
  takesFunction(functionName: string): boolean
}

/**
 * Of the functions that this engine has, those that may be called. Functions that somebody created are not among them:
 * the tree of a statement does not show what they do.
 */
export async function readAllowList(engine: Engine): Promise<AllowList> {
  const text = await engine.withConnection('', async (connection) => {
    const result = await connection.run(
      `SELECT 'function', name, toString(is_aggregate), toString(case_insensitive), toString(higher_order) FROM system.functions WHERE origin = 'System'
       UNION ALL SELECT 'combinator', name, '', '', '' FROM system.aggregate_function_combinators WHERE NOT is_internal`
    )
    return Buffer.from(result.bytes).toString('utf8')
  })
  const rows = text.trim().split('\n').map(readRow)
  const combinators = rows.filter((row) => row.kind === 'combinator').map((row) => row.name)
  const functions = rows.filter((row) => row.kind === 'function')
  const allowed = functions.filter((row) => !isDeniedFunction(row.name))
  const exact = new Set([...SYNTAX, ...allowed.map((row) => row.name)])
  const anyCase = namesOf(allowed.filter((row) => row.anyCase))
  const aggregates = new Set(allowed.filter((row) => row.aggregate).map((row) => row.name))
  const aggregatesAnyCase = namesOf(allowed.filter((row) => row.aggregate && row.anyCase))
  const denied = namesOf(functions.filter((row) => isDeniedFunction(row.name)))
  const higherOrder = namesOf(functions.filter((row) => row.higherOrder && !row.aggregate))

  /** `sumIf`, `uniqArrayIf` …: an aggregate with any number of combinators behind it. */
  function isCombined(name: string): boolean {
    if (aggregates.has(name) || aggregatesAnyCase.has(name.toLowerCase())) return true
    return combinators.some((suffix) => name.endsWith(suffix) && isCombined(name.slice(0, -suffix.length)))
  }

  return {
    allows: (name) => exact.has(name) || anyCase.has(name.toLowerCase()) || isCombined(name),
    denies: (name) => denied.has(name.toLowerCase()),
    takesFunction: (name) => higherOrder.has(name.toLowerCase())
  }
}

type Row = { kind: string; name: string; aggregate: boolean; anyCase: boolean; higherOrder: boolean }

function readRow(line: string): Row {
  const [kind = '', name = '', aggregate, anyCase, higherOrder] = line.split('\t')
  // Null is the engine's word for not knowing.
  return {
    kind,
    name,
    aggregate: aggregate === '1',
    anyCase: anyCase === '1',
    higherOrder: higherOrder !== '0'
  }
}

const namesOf = (rows: Row[]): Set<string> => new Set(rows.map((row) => row.name.toLowerCase()))

/** What the tree shows as functions, and the engine's list leaves out. */
const SYNTAX = ['lambda', 'exists', 'grouping', 'untuple']
