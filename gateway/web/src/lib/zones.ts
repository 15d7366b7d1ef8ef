/// Zones of a meter in words; a three-zone meter's day is the peak.
import type { Schemas } from '../api/client'

export type Zone = Schemas['Meter']['zones'][number]

const NAMES: Record<Zone, string> = { single: '', day: 'день', night: 'ночь', half_peak: 'полупик' }
const ORDER: readonly Zone[] = ['single', 'day', 'night', 'half_peak']

/** `день`, `ночь`; empty where there is only one. */
export function zoneName(zone: Zone): string {
  return NAMES[zone]
}

/** `День`, and what a single zone's column is called. */
export function zoneTitle(zone: Zone, single = 'Расход'): string {
  const name = NAMES[zone]
  return name ? name[0]!.toUpperCase() + name.slice(1) : single
}

/** `день 12 903, ночь 4 511`, digits as the meter shows them. */
export function valuesText(zones: readonly Zone[], values: readonly (string | number)[]): string {
  return zones.map((zone, at) => [NAMES[zone], values[at] ?? ''].filter((part) => part !== '').join('\u00a0')).join(', ')
}

/** Those that occur, in the order that a meter lists them. */
export function zonesOf(lists: Iterable<readonly Zone[]>): Zone[] {
  const met = new Set([...lists].flat())
  return ORDER.filter((zone) => met.has(zone))
}
