/// The windows of a meter as a form asks for them: what they are called, what may not be typed, how much was used.
import type { Wrong } from '../../lib/form.svelte'
import { parseReading } from '../../lib/parse'
import { kwh, longDate, plural } from '../../lib/ru'
import { zoneName, type Meter, type Zone } from './meter'

/** `Текущие показания счётчика (день)`, as in the manual. */
export function windowLabel(zone: Zone): string {
  return `Текущие показания счётчика${zoneName(zone) && ` (${zoneName(zone)})`}`
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
  return `Расход с прошлых показаний: ${meter.zones.map((zone, at) => `${zoneName(zone)}\u00a0${kwh(used[at]!)}`).join(', ')}, всего ${kwh(total)}`
}

/** `20 октября 2026`; empty when nothing was read before. */
export function previousDay(meter: Meter): string {
  return meter.previous_on ? longDate(meter.previous_on) : ''
}
