import { orderMoves, rentalMoves, type Moves } from '../models/contracts/lives.ts'
import { stockEffects, type StockEffect } from '../models/contracts/stock-ledger.ts'

/** The lives of orders and rentals and what moves the stock: the same tables that the API and the warehouse use. */
export function renderLives(): string {
  return [
    '## The life of an order',
    'An order is in the state that its last legal step left. A step that may not follow is stored, moves nothing and is a row of `mart.flags`. ' +
      'Steps are taken in the order in which they happened; those of one instant as they lie in the log.',
    renderMoves(orderMoves),
    '## The life of a rental',
    'As for orders. `deposit_taken` and `deposit_returned` are money beside it and move nothing; more returned than taken is flagged.',
    renderMoves(rentalMoves),
    '## What moves the stock',
    'Each movement adds its quantity to these sums, so the order in which movements of one time arrive does not matter. On hand counts from ' +
      'the moment when the product was initialised: what moved before is history, and already in that figure. A second initialisation is ' +
      'flagged and counts for nothing. `available` is on hand less reserved.',
    renderEffects()
  ].join('\n\n')
}

/** A state that nothing was said of yet has no name of its own in a diagram. */
const START = 'none'

function renderMoves(moves: Moves): string {
  const steps = Object.entries(moves).flatMap(([state, next]) =>
    Object.entries(next).map(([step, to]) => ({ state, step, to }))
  )
  const place = (state: string) => (state === START ? '[*]' : state)
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...steps.map(({ state, step, to }) => `  ${place(state)} --> ${place(to)}: ${step}`),
    '```',
    '',
    '| state | step that may come | state after it |',
    '|---|---|---|',
    ...Object.entries(moves).flatMap(([state, next]) => renderState(state, Object.entries(next)))
  ].join('\n')
}

function renderState(state: string, next: [string, string][]): string[] {
  const name = state === START ? 'nothing said yet' : `\`${state}\``
  if (next.length === 0) return [`| ${name} | none | |`]
  return next.map(([step, to]) => `| ${name} | \`${step}\` | \`${to}\` |`)
}

function renderEffects(): string {
  const rows = Object.entries(stockEffects).map(([type, effect]: [string, StockEffect]) => {
    const { on_hand = 0, reserved = 0, on_order = 0 } = effect
    const quantity = type === 'stock_counted' ? 'found − expected' : 'quantity'
    const setAside = type === 'stock_shipped' ? 'reserved_quantity, or quantity' : quantity
    return `| \`${type}\` | ${signed(on_hand, quantity)} | ${signed(reserved, setAside)} | ${signed(on_order, quantity)} |`
  })
  return ['| movement | on hand | reserved | on order |', '|---|---|---|---|', ...rows].join('\n')
}

const signed = (sign: number, words: string) => (sign === 0 ? '' : `${sign > 0 ? '+' : '−'} ${words}`)
