type Child = Node | string | number | false | null | undefined
type Attributes = Record<string, string | number | boolean | undefined>

/** Text always becomes a text node, so nothing that a product is called can become markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children)
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

/** A link within the shop: the page changes without loading anew. */
export const routeLink = (href: string, attributes: Attributes, ...children: readonly Child[]) =>
  element('a', { ...attributes, href, 'data-route': true }, ...children)

export function button(label: string, attributes: Attributes, onClick: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', ...attributes }, label)
  node.addEventListener('click', onClick)
  return node
}

/** An element of index.html. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const node = document.getElementById(id)
  if (!(node instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`)
  return node
}

function fill<Type extends Element>(node: Type, attributes: Attributes, children: readonly Child[]): Type {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    node.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    node.append(typeof child === 'number' ? String(child) : child)
  }
  return node
}
