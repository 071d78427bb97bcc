import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventSettings, eventWeights } from '../../models/recommend/event-weights.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'

const page = readFileSync(new URL('../../docs/recommendations.md', import.meta.url), 'utf8')
const [, table = ''] = page.split('## What an act says')
const rowOf = (act: string) =>
  table.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(act))

test.each([
  ['bought', eventWeights.bought],
  ['rented', eventWeights.rented],
  ['rated 4 or 5 stars', eventWeights.rated_high],
  ['asked for more like it', eventWeights.more_like_this],
  ['own it already', eventWeights.owned_already],
  ['wished for', eventWeights.wished],
  ['put in the basket', eventWeights.carted],
  ['viewed', eventWeights.viewed],
  ['clicked', eventWeights.clicked],
  ['as a gift', eventWeights.given],
  ['given back', eventWeights.given_back],
  ['rated 3 stars', eventWeights.rated_middling],
  ['rated 1 or 2 stars', eventWeights.rated_low],
  ['not for me', eventWeights.not_for_me]
])('the page says what %s weighs', (act, weight) => {
  expect(rowOf(act)?.split('|')[2]?.trim().replace('−', '-').split(',')[0]).toBe(String(weight))
})

test('the page says how fast weights fade, and how much behaviour may weigh', () => {
  expect(page).toContain(`Weights halve every ${recommendSettings.coOccurrence.halfLifeDays} days.`)
  expect(eventSettings.behaviourShareMax).toBe(0.5)
  expect(page).toContain('at most half of the trade')
})
