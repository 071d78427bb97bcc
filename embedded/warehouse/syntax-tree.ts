export type Node = {
  kind: string
  /** What follows the kind, without alias and number of children. */
  name: string
  parent: Node | undefined
  children: Node[]
}

/**
 * Reads what `EXPLAIN AST` prints: a node a line, one blank deeper than its parent. A quoted name may hold a line feed
 * and so add lines that are no nodes; it cannot take any away.
 */
export function readTree(text: string): Node[] {
  const nodes: Node[] = []
  const path: Node[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const label = line.trimStart()
    const depth = Math.min(line.length - label.length, path.length)
    const parent = path[depth - 1]
    const blank = label.indexOf(' ')
    const kind = blank === -1 ? label : label.slice(0, blank)
    const name = blank === -1 ? '' : label.slice(blank + 1).replace(/(?:^| )\((?:alias|children) [^]*$/, '')
    const node = { kind, name, parent, children: [] }
    parent?.children.push(node)
    path.length = depth
    path.push(node)
    nodes.push(node)
  }
  return nodes
}
