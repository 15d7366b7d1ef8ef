/// The history of readings by period: what counts, and what else was said about the month.
import type { Schemas } from '../../api/client'

export type Reading = Schemas['Reading']
export type Estimated = Schemas['Estimated']

export interface PeriodOfReadings {
  period: string
  /** Those that count; several where a meter was replaced. */
  current: Reading[]
  /** Newest first; the counted ones too. */
  all: Reading[]
  estimate: Estimated | null
}

/** Newest period first. */
export function byPeriod(readings: readonly Reading[], estimates: readonly Estimated[]): PeriodOfReadings[] {
  const periods = [...new Set([...readings, ...estimates].map(({ period }) => period))].sort().reverse()
  return periods.map((period) => {
    const all = readings.filter((reading) => reading.period === period).sort((a, b) => b.taken_at.localeCompare(a.taken_at))
    return { period, all, current: all.filter(({ current }) => current), estimate: estimates.find((one) => one.period === period) ?? null }
  })
}

const SOURCES: Record<Reading['source'], string> = {
  customer: 'передали вы',
  control: 'снял контролёр',
  automatic: 'счётчик передал сам',
  average: 'по среднему расходу',
  norm: 'по нормативу',
  opening: 'начальные показания',
  installation: 'при установке счётчика',
  removal: 'при снятии счётчика',
}

export function sourceText(source: Reading['source']): string {
  return SOURCES[source]
}

export function estimateText(estimate: Estimated): string {
  return estimate.source === 'average' ? 'посчитано по среднему' : 'посчитано по нормативу'
}
