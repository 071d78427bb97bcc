/** Shows only what holds all the words that are typed, and its place in the contents. */
const box = document.querySelector<HTMLInputElement>('#find')
const found = document.querySelector('#found')
const entries = [...document.querySelectorAll<HTMLElement>('[data-entry]')].map((node) => ({
  node,
  text: (node.textContent ?? '').toLowerCase(),
  item: document.querySelector<HTMLElement>(`.contents a[href="#${node.id}"]`)?.parentElement
}))

function find(typed: string): void {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean)
  let count = 0
  for (const { node, text, item } of entries) {
    const isFound = wanted.every((word) => text.includes(word))
    node.hidden = !isFound
    if (item) item.hidden = !isFound
    if (isFound) count++
  }
  for (const section of document.querySelectorAll<HTMLElement>('main > section'))
    section.hidden = section.querySelector('[data-entry]:not([hidden])') === null
  if (found) found.textContent = wanted.length === 0 ? '' : `${count} of ${entries.length} entries`
}

if (box) {
  box.disabled = false
  box.addEventListener('input', () => find(box.value))
  box.form?.addEventListener('submit', (event) => event.preventDefault())
  // A browser that goes back fills it in again.
  find(box.value)
}
