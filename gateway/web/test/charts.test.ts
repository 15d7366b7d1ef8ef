/// Axes with round tops, and what a month's columns are made of.
import { describe, expect, it } from 'vitest'
import { labelled, roundTop, scaleOf } from '../src/charts/scale'
import { lastYear, usageOf, type MonthUse } from '../src/pages/history/usage'

function month(period: string, zones: MonthUse['zones'], kwh: string[], rest: Partial<MonthUse> = {}): MonthUse {
  return { period, zones, kwh, source: 'actual', basis: 'meter', serial: '1', ...rest }
}

describe('an axis', () => {
  it.each([
    [0, 1],
    [0.7, 0.8],
    [1, 1],
    [1.01, 1.5],
    [163, 200],
    [201, 250],
    [290, 300],
    [650, 800],
    [1000, 1000],
    [8001, 10000],
  ])('of values up to %d ends at %d', (value, top) => {
    expect(roundTop(value)).toBe(top)
    expect(scaleOf([value]).top).toBe(top)
  })

  it('has round marks from zero to its top', () => {
    expect(scaleOf([140]).ticks).toEqual([0, 50, 100, 150])
    expect(scaleOf([0.3]).ticks).toEqual([0, 0.1, 0.2, 0.3])
  })

  it('reaches below zero for a correction, by whole steps', () => {
    const scale = scaleOf([950, -120])
    expect([scale.bottom, scale.top]).toEqual([-200, 1000])
    expect([scale.at(-200), scale.at(1000)]).toEqual([0, 1])
    expect(scale.ticks).toContain(0)
  })

  it('of nothing but corrections ends at zero', () => {
    expect(scaleOf([-120])).toMatchObject({ top: 0, bottom: -150 })
  })

  it('labels as many columns as have room, the newest always', () => {
    const label = labelled(12, 18, 34)
    expect([11, 10, 9].map(label)).toEqual([true, false, true])
    expect([0, 1, 2].map(labelled(3, 60, 34))).toEqual([true, true, true])
  })
})

describe('consumption', () => {
  it('keeps an empty place for a month without any', () => {
    const { stacks } = usageOf([month('2026-10', ['single'], ['100']), month('2026-12', ['single'], ['90'])], '2026-10', '2026-12')
    expect(stacks.map(({ key, kwh }) => [key, kwh])).toEqual([['2026-10', [100]], ['2026-11', [null]], ['2026-12', [90]]])
  })

  it('adds up both meters of a month in which one was replaced, exactly', () => {
    const both = [month('2026-10', ['day', 'night'], ['10.1', '5']), month('2026-10', ['day', 'night'], ['0.2', '1.333'], { serial: '2' })]
    expect(usageOf(both, '2026-10', '2026-10').stacks[0]!.kwh).toEqual([10.3, 6.333])
  })

  it('tells an estimate from a measured month', () => {
    const months = [month('2026-10', ['single'], ['100'], { source: 'estimated', basis: 'average' }), month('2026-11', ['single'], ['80'])]
    expect(usageOf(months, '2026-10', '2026-11').stacks.map(({ estimated }) => estimated)).toEqual([true, false])
  })

  it('of a year ends with the newest known month', () => {
    expect(lastYear([month('2026-10', ['single'], ['1'])], '2027-03')).toEqual({ from: '2025-11', to: '2026-10' })
    expect(lastYear([], '2027-03')).toEqual({ from: '2026-04', to: '2027-03' })
  })
})
