import { svgElement } from './elements.ts'

/** Ground, figure, second figure and ink of a sleeve. */
const palettes = [
  ['#e4572e', '#f6d8ae', '#2e1f27', '#17bebb'],
  ['#1f3c88', '#f4d35e', '#ee964b', '#faf0ca'],
  ['#2d6a4f', '#f1faee', '#e9c46a', '#081c15'],
  ['#f2c14e', '#2f4858', '#f78154', '#fffdf8'],
  ['#6d2e46', '#d5b9b2', '#ece2d0', '#a26769'],
  ['#dfe0dc', '#1b1b1e', '#d2401f', '#6d7275'],
  ['#0b3948', '#d0cdd7', '#ea7317', '#73bfb8'],
  ['#b8336a', '#f0eff4', '#3d2645', '#e8c547'],
  ['#8d99ae', '#2b2d42', '#edf2f4', '#ef233c'],
  ['#5f7161', '#efead8', '#d0c9c0', '#3a2e39']
] as const

type Palette = (typeof palettes)[number]
type Draw = (palette: Palette, dice: () => number) => SVGElement[]

/** The shop has no pictures, so every work gets a sleeve of its own, always the same; its editions differ in colour. */
export function cover(product: { product_id: string; work_id: string }): SVGSVGElement {
  const dice = rollFrom(product.work_id)
  const draw = drawings[Math.floor(dice() * drawings.length)] ?? drawRings
  const palette =
    palettes[Math.floor(rollFrom(`colours of ${product.product_id}`)() * palettes.length)] ?? palettes[0]
  return svgElement(
    'svg',
    { viewBox: '0 0 100 100', class: 'cover', 'aria-hidden': 'true', preserveAspectRatio: 'xMidYMid slice' },
    svgElement('rect', { width: 100, height: 100, fill: palette[0] }),
    ...draw(palette, dice)
  )
}

const circle = (cx: number, cy: number, r: number, fill: string) => svgElement('circle', { cx, cy, r, fill })

const drawRings: Draw = ([ground, figure, second], dice) => {
  const cx = 30 + dice() * 40
  const cy = 30 + dice() * 40
  const rings = [46, 39, 32, 25, 18].map((r, i) => circle(cx, cy, r, i % 2 ? ground : figure))
  return [...rings, circle(cx, cy, 10, second), circle(cx, cy, 2, ground)]
}

const drawSun: Draw = ([, figure, second, ink], dice) => {
  const height = 48 + dice() * 22
  const stripes = [0, 1, 2, 3, 4].map((i) =>
    svgElement('rect', { x: 0, y: height + i * 10, width: 100, height: 5 + i, fill: i % 2 ? ink : second })
  )
  return [circle(50, height, 26 + dice() * 10, figure), ...stripes]
}

const drawBars: Draw = ([, figure, second, ink], dice) =>
  Array.from({ length: 9 }, (_, i) => {
    const height = 15 + dice() * 70
    const fill = [figure, second, ink][Math.floor(dice() * 3)] ?? figure
    return svgElement('rect', { x: 6 + i * 10, y: 94 - height, width: 7, height, fill })
  })

const drawBlocks: Draw = ([, figure, second, ink], dice) =>
  Array.from({ length: 16 }, (_, i) => {
    const x = (i % 4) * 25
    const y = Math.floor(i / 4) * 25
    const fill = [figure, second, ink][Math.floor(dice() * 3)] ?? figure
    const corners = [
      `M${x} ${y}h25a25 25 0 0 1-25 25z`,
      `M${x + 25} ${y}v25a25 25 0 0 1-25-25z`,
      `M${x + 25} ${y + 25}h-25a25 25 0 0 1 25-25z`,
      `M${x} ${y + 25}v-25a25 25 0 0 1 25 25z`,
      `M${x} ${y}h25v25h-25z`,
      ''
    ]
    return svgElement('path', { d: corners[Math.floor(dice() * corners.length)] ?? '', fill })
  })

const drawDots: Draw = ([, figure, second], dice) => {
  const turn = Math.floor(dice() * 36)
  return Array.from({ length: 36 }, (_, i) => {
    const distance = Math.abs(((i + turn) % 36) - 18) / 18
    return circle(
      12 + (i % 6) * 15.2,
      12 + Math.floor(i / 6) * 15.2,
      2 + distance * 5,
      i % 5 ? figure : second
    )
  })
}

const drawWaves: Draw = ([, figure, second, ink], dice) => {
  const bend = 8 + dice() * 16
  return Array.from({ length: 6 }, (_, i) => {
    const y = 20 + i * 14
    const d = `M-5 ${y}C20 ${y - bend} 30 ${y + bend} 50 ${y}S80 ${y - bend} 105 ${y}V105H-5z`
    return svgElement('path', { d, fill: [figure, second, ink][i % 3] ?? figure })
  })
}

const drawFold: Draw = ([, figure, second, ink], dice) => {
  const x = 25 + dice() * 50
  return [
    svgElement('path', { d: `M0 0H${x}L100 100H0z`, fill: figure }),
    svgElement('path', { d: `M${x} 0H100V100z`, fill: second }),
    circle(20 + dice() * 60, 22 + dice() * 50, 12 + dice() * 8, ink)
  ]
}

const drawings: Draw[] = [drawRings, drawSun, drawBars, drawBlocks, drawDots, drawWaves, drawFold]

/** The same numbers from 0 to 1 for the same id: FNV-1a makes the seed, a mixer of 32 bits each next number. */
function rollFrom(id: string): () => number {
  let state = 2_166_136_261
  for (let i = 0; i < id.length; i++) state = Math.imul(state ^ id.charCodeAt(i), 16_777_619)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296
  }
}
