/// Consumption as the chart and the table want it: a column a month, a row's zones in one order.
import type { Schemas } from '../../api/client'
import type { Stack } from '../../charts/StackedBars.svelte'
import { addMonths, monthsBetween } from '../../lib/months'
import { monthName, monthShort } from '../../lib/ru'
import { zonesOf, type Zone } from '../../lib/zones'

export type MonthUse = Schemas['MonthUse']

export interface Usage {
  zones: Zone[]
  stacks: Stack[]
}

const MONTHS = 12

/** What is shown when nobody asked: the twelve months that end with the newest known one. */
export function lastYear(months: readonly MonthUse[], now: string): { from: string; to: string } {
  const to = months.at(-1)?.period ?? now
  return { from: addMonths(to, 1 - MONTHS), to }
}

/** Every month of the interval has its column; rows of a month (a replaced meter) are added up. */
export function usageOf(months: readonly MonthUse[], from: string, to: string): Usage {
  const zones = zonesOf(months.map((month) => month.zones))
  const stacks = monthsBetween(from, to).map((key, at) => {
    const rows = months.filter(({ period }) => period === key)
    return {
      key,
      short: monthShort(key),
      name: monthName(key),
      kwh: zones.map((zone) => kwhOf(rows, zone)),
      estimated: rows.length > 0 && rows.every(({ source }) => source === 'estimated'),
      ...(key.endsWith('-01') || at === 0 ? { under: key.slice(0, 4) } : {}),
    }
  })
  return { zones, stacks }
}

/** Decimal texts of at most three places, added in whole watt-hours; null when no row has the zone. */
function kwhOf(rows: readonly MonthUse[], zone: Zone): number | null {
  const volumes = rows.flatMap((row) => row.zones.flatMap((one, at) => (one === zone ? [Math.round(Number(row.kwh[at]) * 1000)] : [])))
  return volumes.length ? volumes.reduce((sum, volume) => sum + volume, 0) / 1000 : null
}

const BASES: Record<MonthUse['basis'], string> = { meter: 'по счётчику', average: 'по среднему', norm: 'по нормативу' }

export function basisText(month: MonthUse): string {
  return BASES[month.basis]
}
