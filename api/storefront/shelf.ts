import { button, element } from './elements.ts'

/** A titled row of cards. Its space is there before its cards are, so nothing jumps. */
export function shelf(title: string, options: { places: number; note?: string; class?: string }) {
  const list = element('ul', { class: 'cards', 'aria-busy': 'true' })
  const note = element('p', { class: 'note' }, options.note)
  const node = element(
    'section',
    { class: `shelf ${options.class ?? ''}`, 'aria-label': title },
    element('header', { class: 'shelf-head' }, element('h2', {}, title), note),
    list
  )
  const wait = () =>
    list.replaceChildren(
      ...Array.from({ length: options.places }, () =>
        element('li', { class: 'waiting', 'aria-hidden': 'true' }, element('div', { class: 'sleeve' }))
      )
    )
  wait()
  return {
    node,
    note,
    list,
    show: (cards: readonly HTMLElement[], whenEmpty: string) => {
      list.removeAttribute('aria-busy')
      if (cards.length > 0) list.replaceChildren(...cards.map((one) => element('li', {}, one)))
      else list.replaceChildren(element('li', { class: 'empty' }, whenEmpty))
    },
    fail: (error: unknown, retry: () => void) => {
      list.removeAttribute('aria-busy')
      list.replaceChildren(element('li', { class: 'empty' }, problem(error, retry)))
    }
  }
}

/** What went wrong, in the API's words, and another try. */
export function problem(error: unknown, retry: () => void) {
  const text = error instanceof Error ? error.message : String(error)
  return element(
    'p',
    { class: 'problem', role: 'alert' },
    `That did not work: ${text} `,
    button('Try again', {}, retry)
  )
}
