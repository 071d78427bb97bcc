import {
  ANALYST_DATABASE,
  PRIVATE_DATABASES,
  READABLE_SYSTEM_TABLES,
  SCHEMA_DATABASES
} from '../../models/contracts/analysts.ts'
import type { AllowList } from './allow-list.ts'
import type { Node } from './syntax-tree.ts'

/** What is wrong with a statement for an analyst, or undefined. Whatever is not known to be harmless is wrong. */
export function findForbidden(nodes: Node[], sql: string, allowList: AllowList): string | undefined {
  for (const node of nodes) {
    const wrong = checkNode(node, sql, allowList)
    if (wrong !== undefined) return wrong
  }
  return nodes.length === 0 ? 'a statement without a syntax tree' : undefined
}

function checkNode(node: Node, sql: string, allowList: AllowList): string | undefined {
  const { kind, name, parent } = node
  if (kind === 'Literal') return isFile(parent) ? 'INTO OUTFILE' : undefined
  if (HARMLESS.has(kind)) return undefined
  if (kind === 'Function') {
    return parent?.kind === 'TableExpression' ? checkTableFunction(node) : checkFunction(name, allowList)
  }
  if (kind === 'TableIdentifier') return checkTable(name)
  if (kind === 'Identifier')
    return isCalled(node, allowList) ? checkFunction(name, allowList) : checkIdentifier(name, allowList)
  if (kind === 'Explain') return EXPLAINS.has(name) ? undefined : name
  // What it would set anywhere else, readonly would refuse too.
  if (kind === 'Set')
    return parent && OPTIONS_OF.has(parent.kind) ? undefined : 'SETTINGS in a statement (send them with it)'
  if (SHOWS.has(kind)) return parent === undefined && SHOW.test(sql) ? undefined : 'this form of SHOW'
  if (kind === 'ColumnsApplyTransformer') return 'APPLY'
  return kind
}

/** The classifier does not see it inside of EXPLAIN AST; as a part of a whole query, a text can be nothing else. */
function isFile(parent: Node | undefined): boolean {
  return parent === undefined || (parent.kind.endsWith('Query') && parent.kind !== 'SelectQuery')
}

function checkFunction(name: string, allowList: AllowList): string | undefined {
  return allowList.allows(name) ? undefined : `the function ${name}`
}

/** `arrayMap(upper, …)`: the name may be of a function that somebody created, which is in no list. */
function isCalled(node: Node, allowList: AllowList): boolean {
  const { parent } = node
  const caller = parent?.parent
  if (parent?.kind !== 'ExpressionList' || caller?.kind !== 'Function') return false
  return parent.children[0] === node && parent.children.length > 1 && allowList.takesFunction(caller.name)
}

/**
 * `values` takes a description of columns, and in it expressions that no tree shows:
 * `values('a String, b String ALIAS file(…)', …)`. So it must be there in full, and name types only.
 */
function checkTableFunction({ name, children }: Node): string | undefined {
  // With a database in front it is a view with parameters.
  if (PARAMETERISED_VIEW.test(name)) return undefined
  if (!TABLE_FUNCTIONS.has(name)) return `the table function ${name}`
  if (name !== 'values') return undefined
  const first = children[0]?.children[0]
  const isPlain = first?.kind === 'Literal' && !/alias|default|materialized|ephemeral/i.test(first.name)
  const isRow = first?.kind === 'Function' && first.name === 'tuple'
  return isPlain || isRow ? undefined : 'this description of columns in values()'
}

/** A name without a database is of the current one, which is never `system`, or of this statement itself. */
function checkTable(name: string): string | undefined {
  const dot = name.indexOf('.')
  if (dot === -1) return undefined
  const [database, table] = [name.slice(0, dot), name.slice(dot + 1)]
  if (database === ANALYST_DATABASE || SCHEMA_DATABASES.includes(database)) return undefined
  if (database === 'system' && READABLE_SYSTEM_TABLES.includes(table)) return undefined
  return `the table ${name}`
}

/** A table on the right of IN is an identifier too, and so is a function as an argument. */
function checkIdentifier(name: string, allowList: AllowList): string | undefined {
  const [first = '', second = ''] = name.split('.')
  if (allowList.denies(name)) return `the function ${name}`
  if (PRIVATE_DATABASES.includes(first) && name !== first) return `the table ${name}`
  const isSystem = first === 'system' && name !== first
  return isSystem && !READABLE_SYSTEM_TABLES.includes(second) ? `the table ${name}` : undefined
}

const PARAMETERISED_VIEW = new RegExp(`^${ANALYST_DATABASE}\\.\\w+$`)

const HARMLESS = new Set([
  'ArrayJoin',
  'Asterisk',
  'ColumnsExceptTransformer',
  'ColumnsListMatcher',
  'ColumnsRegexpMatcher',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsTransformerList',
  'DescribeQuery',
  'ExistsDatabaseQuery',
  'ExistsTableQuery',
  'ExistsViewQuery',
  'ExpressionList',
  'InterpolateElement',
  'OrderByElement',
  'QualifiedAsterisk',
  'QualifiedColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'SampleRatio',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'SelectWithUnionQuery',
  'Subquery',
  'TableExpression',
  'TableJoin',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'WindowDefinition',
  'WindowListElement',
  'WithElement'
])

const EXPLAINS = new Set([
  'EXPLAIN',
  'EXPLAIN AST',
  'EXPLAIN ESTIMATE',
  'EXPLAIN PIPELINE',
  'EXPLAIN QUERY TREE',
  'EXPLAIN SYNTAX'
])

/** Their options look like settings. */
const OPTIONS_OF = new Set(['Explain', 'DescribeQuery'])

/** Without effect outside themselves, and with nothing to read. */
const TABLE_FUNCTIONS = new Set([
  'generateSeries',
  'generate_series',
  'numbers',
  'numbers_mt',
  'values',
  'view'
])

/** Their trees leave out most of what they say, so the text itself must be of a form that says nothing else. */
const SHOWS = new Set([
  'ShowColumns',
  'ShowCreateDatabaseQuery',
  'ShowCreateTableQuery',
  'ShowCreateViewQuery',
  'ShowEngineQuery',
  'ShowFunctions',
  'ShowSetting',
  'ShowTables'
])
const NAME = '(?:\\w+|`(?:[^`\\\\]|\\\\.)+`)'
const SHOW = new RegExp(
  `^SHOW (?:${[
    `(?:EXTENDED )?(?:FULL )?(?:TABLES|DATABASES|COLUMNS|INDEXES|FUNCTIONS|SETTINGS|ENGINES)(?: FROM ${NAME}(?:\\.${NAME})?){0,2}(?:(?: NOT)? I?LIKE '(?:[^'\\\\]|\\\\.)*')?(?: LIMIT \\d+)?`,
    `SETTING ${NAME}`,
    `CREATE (?:TABLE|VIEW|DATABASE) ${NAME}(?:\\.${NAME})?`
  ].join('|')})(?: FORMAT ${NAME})?$`
)
