import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { rememberAnswers } from '../../api/remember.ts'
import { fakeApp } from './fakes.ts'

const { app, dependencies } = await fakeApp(undefined)
await app.close()
const days = { from: '2026-01-01', to: '2026-01-02', limit: 5 }

function open(answer: () => Promise<never[]>) {
  let asked = 0
  let nowMs = 0
  const registry = new Registry()
  const readMostServed = () => {
    asked++
    return answer()
  }
  const warehouse = rememberAnswers({ ...dependencies.warehouse, readMostServed }, registry, () => nowMs)
  return {
    warehouse,
    registry,
    asked: () => asked,
    pass: (ms: number) => void (nowMs += ms)
  }
}

test('the same question within seconds is asked once, even while the answer is on its way', async () => {
  const { warehouse, registry, asked, pass } = open(async () => [])
  await Promise.all([warehouse.readMostServed(days), warehouse.readMostServed({ ...days })])
  expect(asked()).toBe(1)
  await warehouse.readMostServed({ ...days, limit: 6 })
  expect(asked()).toBe(2)
  pass(4_999)
  await warehouse.readMostServed(days)
  expect(asked()).toBe(2)
  pass(1)
  await warehouse.readMostServed(days)
  expect(asked()).toBe(3)
  expect(await registry.metrics()).toContain('flipside_warehouse_questions_total{result="memory"} 2')
})

test('a failure is told, and asked again', async () => {
  const { warehouse, asked } = open(() => Promise.reject(new Error('down')))
  await expect(warehouse.readMostServed(days)).rejects.toThrow('down')
  await expect(warehouse.readMostServed(days)).rejects.toThrow('down')
  expect(asked()).toBe(2)
})

test('what is kept is bounded', async () => {
  const { warehouse, asked } = open(async () => [])
  for (let limit = 0; limit <= 100; limit++) await warehouse.readMostServed({ ...days, limit })
  await warehouse.readMostServed({ ...days, limit: 100 })
  expect(asked()).toBe(101)
  await warehouse.readMostServed({ ...days, limit: 0 })
  expect(asked()).toBe(102)
})
