/// Money, dates, months, plurals and kWh in Russian: the same cases as the letters and PDFs (tests/words.json).

const NBSP = '\u00a0'
const MINUS = '\u2212'
const MONTHS = ['январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь', 'декабрь']
const MONTHS_OF = ['января', 'февраля', 'марта', 'апреля', 'мая', 'июня', 'июля', 'августа', 'сентября', 'октября', 'ноября', 'декабря']
const MONTHS_SHORT = ['янв', 'фев', 'мар', 'апр', 'май', 'июн', 'июл', 'авг', 'сен', 'окт', 'ноя', 'дек']

/** `123456` -> `1 234,56 ₽`; kopecks, with non-breaking spaces. */
export function roubles(kopecks: number): string {
  const whole = grouped(Math.trunc(Math.abs(kopecks) / 100))
  const part = String(Math.abs(kopecks) % 100).padStart(2, '0')
  return `${kopecks < 0 ? MINUS : ''}${whole},${part}${NBSP}₽`
}

/** `63` -> `63 кВт·ч`; whole or decimal text with a dot (`"12.5"`). */
export function kwh(volume: number | string): string {
  return `${decimal(volume)}${NBSP}кВт·ч`
}

/** `"1234.50"` -> `1 234,5`. */
export function decimal(number: number | string): string {
  const [whole = '0', part = ''] = String(number).replace(/^-/, '').split('.')
  const tail = part.replace(/0+$/, '')
  return `${String(number).startsWith('-') ? MINUS : ''}${grouped(Number(whole))}${tail && `,${tail}`}`
}

/** A noun's form after a number: plural(2, 'день', 'дня', 'дней') -> `2 дня`. */
export function plural(count: number, one: string, few: string, many: string): string {
  const tail = Math.abs(count) % 10
  const tens = Math.abs(count) % 100
  const form = tail === 1 && tens !== 11 ? one : tail >= 2 && tail <= 4 && (tens < 12 || tens > 14) ? few : many
  return `${grouped(count)}${NBSP}${form}`
}

/** `2026-10` -> `октябрь 2026`. */
export function monthName(period: string): string {
  const [year, month] = numbers(period)
  return `${MONTHS[month - 1]} ${year}`
}

/** `2026-10` -> `за октябрь 2026` reads well after «Счёт»; this is its capital twin: `Октябрь 2026`. */
export function monthTitle(period: string): string {
  const name = monthName(period)
  return name[0]!.toUpperCase() + name.slice(1)
}

/** `2026-10` -> `окт`, for the axis of a chart. */
export function monthShort(period: string): string {
  return MONTHS_SHORT[numbers(period)[1] - 1]!
}

/** A business date `2026-11-05` -> `5 ноября 2026`. */
export function longDate(day: string): string {
  const [year, month, date] = numbers(day)
  return `${date} ${MONTHS_OF[month - 1]} ${year}`
}

/** `2026-11-05` -> `5 ноября`. */
export function dayMonth(day: string): string {
  const [, month, date] = numbers(day)
  return `${date} ${MONTHS_OF[month - 1]}`
}

/** `2026-11-05` -> `05.11.2026`. */
export function shortDate(day: string): string {
  return day.split('-').reverse().join('.')
}

/** A moment in Moscow: `2026-11-05T11:03:00Z` -> `05.11.2026 14:03`. */
export function dateTime(moment: string): string {
  const { day, time } = moscow(moment)
  return `${shortDate(day)} ${time}`
}

/** A moment in Moscow: `5 ноября 2026, 14:03`. */
export function longDateTime(moment: string): string {
  const { day, time } = moscow(moment)
  return `${longDate(day)}, ${time}`
}

/** The business date of a moment: `2026-11-04T22:00:00Z` -> `2026-11-05`. */
export function moscowDate(moment: string): string {
  return moscow(moment).day
}

/** `180211111` -> `180 211 111`: easier to read aloud. */
export function accountName(account: string): string {
  return account.replace(/^(\d{3})(\d{3})(\d{3})$/, `$1${NBSP}$2${NBSP}$3`)
}

/** `+79105551122` -> `+7 910 555-11-22`; other countries as they are. */
export function phoneName(phone: string): string {
  return phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, `+7${NBSP}$1${NBSP}$2-$3-$4`)
}

/** A postal address whose «кв.» and «д.» stay with their numbers. */
export function addressLine(address: string): string {
  return address.replace(/(\p{L}\.) (?=\S)/gu, `$1${NBSP}`)
}

/** Seconds to wait, in words: `через 2 минуты`, `через 40 секунд`. */
export function wait(seconds: number): string {
  return seconds < 90 ? plural(Math.max(1, Math.ceil(seconds)), 'секунду', 'секунды', 'секунд') : plural(Math.ceil(seconds / 60), 'минуту', 'минуты', 'минут')
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, NBSP)
}

function numbers(text: string): [number, number, number] {
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number)
  return [year, month, day]
}

/** Moscow has no summer time: three hours ahead of UTC, all year (since 2014). */
function moscow(moment: string): { day: string; time: string } {
  const shifted = new Date(Date.parse(moment) + 3 * 3600_000).toISOString()
  return { day: shifted.slice(0, 10), time: shifted.slice(11, 16) }
}
