import { expect, test } from 'vitest'
import type { State } from '../src/pages/account/ask'
import { bankDecides, crediting, holdsBack, unfinished } from '../src/pages/pay/states'

const bill = { id: 'b', period: '2026-10', amount: 1, published_at: '2026-11-05T06:00:00Z', due_on: '2026-11-15' }
const account = { bill, included_payments: ['counted'] } as unknown as State
const paid = { id: 'new', state: 'succeeded', at: '2026-11-10T10:00:00Z' } as const

test('a payment is being counted until the account includes it', () => {
  expect(crediting(paid, account)).toBe(true)
  expect(crediting({ ...paid, id: 'counted' }, account)).toBe(false)
  expect(crediting({ ...paid, at: '2026-11-01T10:00:00Z' }, account)).toBe(false)
  expect(crediting({ ...paid, state: 'failed' }, account)).toBe(false)
})

test('only a payment that may still succeed holds back another', () => {
  expect(['registering', 'awaiting', 'authenticating', 'held', 'unknown', 'succeeded'].map((state) => [holdsBack(state as never), bankDecides(state as never), unfinished(state as never)])).toEqual([
    [false, true, true],
    [false, false, true],
    [true, true, true],
    [true, true, true],
    [true, true, true],
    [false, false, false],
  ])
})
