import { expect, it } from 'vitest'
import { keepBody } from '../../models/contracts/topics.ts'

it('keeps text as text, and other bytes in base64', () => {
  expect(keepBody(Buffer.from('näy 😀'))).toEqual({ body: 'näy 😀', body_encoding: 'utf8' })
  expect(keepBody(Buffer.from([0xff, 0x00]))).toEqual({ body: '/wA=', body_encoding: 'base64' })
})

it('cuts what is long, never through a character', () => {
  const { body, body_encoding } = keepBody(Buffer.from('😀'.repeat(70_000)))
  expect(body_encoding).toBe('utf8')
  expect(body.isWellFormed()).toBe(true)
  expect(body).toBe('😀'.repeat(65_536))
})

it('stays below what a log takes, whatever the bytes are', () => {
  for (const bytes of [
    Buffer.alloc(1_000_000, 1),
    Buffer.alloc(1_000_000, 0xff),
    Buffer.alloc(1_000_000, '"')
  ]) {
    expect(JSON.stringify(keepBody(bytes)).length).toBeLessThan(600_000)
  }
})
