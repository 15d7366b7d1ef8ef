import { describe, expect, it, vi } from 'vitest'

vi.stubGlobal('location', new URL('http://localhost/'))
const { match } = await import('../src/lib/router.svelte')

describe('an address of the table', () => {
  it.each([
    ['/', '/', {}],
    ['/bills', '/bills/', {}],
    ['/bills/:period', '/bills/2026-10', { period: '2026-10' }],
    ['/bills/:period/why', '/bills/2026-10/why', { period: '2026-10' }],
    ['/documents/:kind', '/documents/%D0%BE', { kind: 'о' }],
    ['*', '/no/such/page', {}],
  ])('%s is met by %s', (address, pathname, params) => {
    expect(match(address, pathname)).toEqual(params)
  })

  it.each([
    ['/bills', '/'],
    ['/bills/:period', '/bills'],
    ['/bills/:period', '/bills/2026-10/why'],
    ['/documents/:kind', '/documents/%E0%A4%A'],
  ])('%s is not met by %s', (address, pathname) => {
    expect(match(address, pathname)).toBeNull()
  })
})
