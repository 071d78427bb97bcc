import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../models/contracts/config.ts'
import { boards, textsOf } from './boards.ts'

/** As far as classic boards can be checked without Grafana; the builder's types hold the rest. */
const Classic = Type.Object({
  uid: Type.String({ pattern: '^flipside-[a-z-]+$' }),
  title: Type.String({ minLength: 5 }),
  description: Type.String({ minLength: 20 }),
  schemaVersion: Type.Integer({ minimum: 36, maximum: 42 }),
  editable: Type.Literal(false),
  timezone: Type.String(),
  weekStart: Type.Literal('monday'),
  refresh: Type.String({ pattern: '^\\d+[sm]$' }),
  time: Type.Object({ from: Type.String({ pattern: '^now-' }), to: Type.Literal('now') }),
  tags: Type.Array(Type.Literal('flipside')),
  templating: Type.Object({ list: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })) }),
  panels: Type.Array(
    Type.Object({
      id: Type.Integer({ minimum: 1 }),
      type: Type.Enum(['stat', 'table', 'timeseries', 'barchart']),
      gridPos: Type.Object({
        x: Type.Integer({ minimum: 0, maximum: 23 }),
        y: Type.Integer({ minimum: 0 }),
        w: Type.Integer({ minimum: 1, maximum: 24 }),
        h: Type.Integer({ minimum: 3, maximum: 16 })
      }),
      fieldConfig: Type.Object({ defaults: Type.Unknown(), overrides: Type.Array(Type.Unknown()) })
    }),
    { minItems: 1 }
  )
})

describe.each(boards)('$name', ({ board }) => {
  test('is a classic board that nobody can change in the browser', () => {
    expect(
      [...Value.Errors(Classic, board)].map(({ instancePath, message }) => [instancePath, message])
    ).toEqual([])
    // What only boards of the second version have, which Grafana 12 shows under a banner.
    for (const key of ['apiVersion', 'kind', 'elements', 'layout']) expect(board).not.toHaveProperty(key)
  })

  test('has an address of its own, and asks one question', () => {
    expect(boards.filter((other) => other.board.uid === board.uid)).toHaveLength(1)
    expect(boards.filter((other) => other.board.title === board.title)).toHaveLength(1)
    expect(board.description?.match(/\?/g)).toHaveLength(1)
  })

  test("shows the shop's days", () => {
    expect(board.timezone).toBe(readConfig({}).SHOP_TIME_ZONE)
  })

  test('has panels with ids of their own that fit beside each other, and leaves no hole before the next row', () => {
    const places = (board.panels ?? []).map((panel) => ({ id: panel.id, ...panel.gridPos }))
    expect(new Set(places.map(({ id }) => id)).size).toBe(places.length)
    const cells = places.flatMap(({ x = 0, y = 0, w = 0, h = 0 }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
    )
    expect(cells.length).toBeGreaterThan(0)
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...places.map(({ x = 0, w = 0 }) => x + w))).toBe(24)
    const bottom = Math.max(...places.map(({ y = 0, h = 0 }) => y + h))
    expect(cells.length).toBe(24 * bottom)
  })

  test('uses only variables that it has, and has none that it does not use', () => {
    const known = (board.templating?.list ?? []).map(({ name }) => name)
    const text = JSON.stringify([board.panels, board.annotations, board.links])
    const used = [...text.matchAll(/\$\{(?!__)(\w+)(?::\w+)?\}|\$(?!__)([a-z]\w+)\b/g)].map(
      ([, braced, bare]) => braced ?? bare
    )
    expect(new Set(used)).toEqual(new Set(known))
  })

  test('has variables that say what they are, and that load anew with the range', () => {
    for (const variable of board.templating?.list ?? []) {
      expect(variable.description?.length).toBeGreaterThan(15)
      if (variable.type !== VariableType.Query) continue
      expect(variable).toMatchObject({ refresh: 2, label: expect.stringMatching(/^[A-Z]/) })
      expect(variable.datasource?.uid).toMatch(/^flipside-/)
    }
  })

  test('says everything in colours of the theme, so that it reads in light and in dark', () => {
    const colours = [
      ...textsOf(board, 'fixedColor'),
      ...textsOf(board, 'color'),
      ...textsOf(board, 'iconColor')
    ]
    for (const colour of colours) expect(colour).toMatch(/^(text|blue|green|orange|red|purple|yellow)$/)
  })
})

test('links and marks stand on the bar, not in a menu', () => {
  for (const { board } of boards)
    for (const one of [...(board.links ?? []), ...(board.annotations?.list ?? [])])
      expect(one).not.toHaveProperty('placement')
})

describe('links between boards', () => {
  const links = boards.flatMap(({ name, board }) =>
    [...new Set(textsOf(board, 'url'))].filter((url) => url.startsWith('/d/')).map((url) => ({ name, url }))
  )
  test.each(links)(
    '$name: $url leads to a board, with a variable that it has, in the same days',
    ({ url }) => {
      const [, uid, query = ''] = /^\/d\/([\w-]+)\?(.*)$/.exec(url) ?? []
      const target = boards.find(({ board }) => board.uid === uid)
      expect([uid, target?.name]).toEqual([uid, expect.any(String)])
      const names = [...query.matchAll(/var-(\w+)=/g)].map(([, name]) => name)
      const known = (target?.board.templating?.list ?? []).map(({ name }) => name)
      expect(known).toEqual(expect.arrayContaining(names))
      expect(query).toContain('${__url_time_range}')
    }
  )

  test.each(boards)('$name has all others in its bar, in the same days', ({ board }) => {
    expect(board.links).toContainEqual(
      expect.objectContaining({ type: 'dashboards', tags: ['flipside'], asDropdown: true, keepTime: true })
    )
  })
})
