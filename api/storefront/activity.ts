import { byId, element } from './elements.ts'

const LINES_MAX = 30

export type Activity = (line: string, kind?: 'event' | 'answer' | 'problem') => void

/** The strip at the foot: what was sent and what came of it, newest first. */
export function createActivity(): Activity {
  const list = byId('activity-list', HTMLOListElement)
  const latest = byId('activity-latest', HTMLSpanElement)
  const strip = byId('activity', HTMLDetailsElement)
  return (line, kind = 'event') => {
    const time = new Date().toLocaleTimeString('en-GB')
    list.prepend(element('li', { class: kind }, element('time', {}, time), ` ${line}`))
    while (list.children.length > LINES_MAX) list.lastElementChild?.remove()
    latest.textContent = line
    strip.dataset['beat'] = strip.dataset['beat'] === 'a' ? 'b' : 'a'
  }
}
