/// A meter in words: its zones, what its windows are called, how much was used, when readings are taken.
import { parseReading } from '../../lib/parse'
import { dayMonth, kwh, longDate, monthName, plural } from '../../lib/ru'
import { zoneName, type Zone } from '../../lib/zones'
import type { Schemas } from '../../api/client'
import type { Wrong } from '../../lib/form.svelte'

export type Meter = Schemas['Meter']
export type MeterState = Schemas['MeterState']

export { valuesText, zoneName, type Zone } from '../../lib/zones'

const TARIFFS = ['', 'однотарифный', 'двухтарифный', 'трёхтарифный']

/** `Текущие показания счётчика (день)`, as in the manual. */
export function windowLabel(zone: Zone): string {
  return `Текущие показания счётчика${zoneName(zone) && ` (${zoneName(zone)})`}`
}

/** `двухтарифный: день, ночь`. */
export function zonesText(zones: readonly Zone[]): string {
  const kind = TARIFFS[zones.length] ?? ''
  return zones.length > 1 ? `${kind}: ${zones.map(zoneName).join(', ')}` : kind
}

/** What stops the form: an empty window, more digits than the meter has. Field names are the API's. */
export function checkValues(meter: Meter, typed: readonly string[]): Wrong {
  const wrong: Wrong = {}
  meter.zones.forEach((zone, at) => {
    const read = parseReading(typed[at] ?? '')
    if (!read) wrong[`values.${at}`] = zone === 'single' ? 'Введите показания' : `Введите показания (${zoneName(zone)})`
    else if (read.length > meter.digits) wrong[`values.${at}`] = `Слишком много цифр: до запятой на счётчике ${plural(meter.digits, 'цифра', 'цифры', 'цифр')}`
  })
  return wrong
}

/** kWh since the previous reading, null while it cannot be said: nothing typed, nothing before, too many digits. */
export function growth(meter: Meter, at: number, typed: string): number | null {
  const read = parseReading(typed)
  const previous = meter.previous[at]
  if (!read || previous === undefined || read.length > meter.digits) return null
  return Number(read) - previous
}

/** `63 кВт·ч`, `день 41 кВт·ч, ночь 22 кВт·ч, всего 63 кВт·ч`; empty until every window is filled. */
export function growthText(meter: Meter, typed: readonly string[]): string {
  const used = meter.zones.map((_, at) => growth(meter, at, typed[at] ?? ''))
  if (used.some((each) => each === null)) return ''
  if (used.some((each) => each! < 0)) return 'Показания меньше предыдущих. Проверьте цифры.'
  const total = used.reduce<number>((sum, each) => sum + each!, 0)
  if (used.length === 1) return `Расход с прошлых показаний: ${kwh(total)}`
  return `Расход с прошлых показаний: ${meter.zones.map((zone, at) => `${zoneName(zone)} ${kwh(used[at]!)}`).join(', ')}, всего ${kwh(total)}`
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

/** `20 октября 2026`; empty when nothing was read before. */
export function previousDay(meter: Meter): string {
  return meter.previous_on ? longDate(meter.previous_on) : ''
}
