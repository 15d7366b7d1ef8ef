/// A meter in words: its zones, when its readings are taken, what became of them.
import { dayMonth, monthName } from '../../lib/ru'
import { zoneName, type Zone } from '../../lib/zones'
import type { Schemas } from '../../api/client'

export type Meter = Schemas['Meter']
export type MeterState = Schemas['MeterState']

export { valuesText, zoneName, type Zone } from '../../lib/zones'

const TARIFFS = ['', 'однотарифный', 'двухтарифный', 'трёхтарифный']

/** `двухтарифный: день, ночь`. */
export function zonesText(zones: readonly Zone[]): string {
  const kind = TARIFFS[zones.length] ?? ''
  return zones.length > 1 ? `${kind}: ${zones.map(zoneName).join(', ')}` : kind
}

/** When readings are taken, and which month they count for. */
export function windowWords(state: MeterState): string {
  const month = monthName(state.period)
  if (state.late) return `Приём за этот месяц закончился. Показания учтём в следующем периоде: за ${month}.`
  const last = state.window_ends_on
  if (!state.window_starts_on) return `Приём показаний за ${month}: до ${dayMonth(last)}.`
  const first = state.window_starts_on
  const from = first.slice(0, 7) === last.slice(0, 7) ? String(Number(first.slice(8))) : dayMonth(first)
  return `Приём показаний за ${month}: с ${from} по ${dayMonth(last)}.`
}

/** The server's words about a reading: what became of it, and the rest. */
export function firstOf(message: string): [first: string, rest: string] {
  const end = message.indexOf('. ')
  return end < 0 ? [message, ''] : [message.slice(0, end + 1), message.slice(end + 2)]
}
