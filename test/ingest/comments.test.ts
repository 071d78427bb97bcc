import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from './open-shop.ts'

/** What analysts are told of the warehouse, and that they are told the truth. */
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

// A view with parameters has no columns before it is called, and materialized views only fill tables. Inner tables of the
// engine begin with a point.
const TOLD = `database IN ('raw', 'mart', 'ops') AND engine != 'MaterializedView' AND parameterized_view_parameters = [] AND NOT startsWith(name, '.')`

it('every table and view says what it is', async () => {
  const silent = await shop.rows(
    `SELECT concat(database, '.', name) AS name FROM system.tables WHERE ${TOLD} AND comment = ''`
  )
  expect(silent).toEqual([])
})

it('every column says what it means', async () => {
  const silent = await shop.rows(
    `SELECT concat(database, '.', table, '.', name) AS name FROM system.columns
    WHERE (database, table) IN (SELECT database, name FROM system.tables WHERE ${TOLD}) AND comment = ''`
  )
  expect(silent).toEqual([])
})

it('every view gives the columns and types that it is described with', async () => {
  const views = await shop.rows<{ database: string; name: string; as_select: string }>(
    `SELECT database, name, as_select FROM system.tables WHERE ${TOLD} AND engine = 'View'`
  )
  expect(views.length).toBeGreaterThan(25)
  type Column = { name: string; type: string }
  const shapeOf = (columns: Column[]) => columns.map(({ name, type }) => `${name} ${type}`)
  for (const { database, name, as_select } of views) {
    const given = await shop.rows<Column>(`DESCRIBE (${as_select})`)
    const described = await shop.rows<Column>(`DESCRIBE ${database}.${name}`)
    expect([name, ...shapeOf(described)]).toEqual([name, ...shapeOf(given)])
  }
})

it('every mart of a shop to which nothing has happened is empty, and says so without an error', async () => {
  const marts = await shop.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'mart' AND engine != 'MaterializedView'"
  )
  for (const { name } of marts) {
    expect([name, ...(await shop.rows(`SELECT * FROM mart.${name}`))]).toEqual([name])
  }
})
