/// The same words as the letters and PDFs: the cases stand in tests/words.json of the project.
import { expect, test } from 'vitest'
import words from '../../../tests/words.json'
import { addressLine, accountName, dateTime, decimal, dayMonth, kwh, longDate, monthName, monthShort, monthTitle, moscowDate, phoneName, plural, roubles, shortDate, wait } from '../src/lib/ru'
import { parseAccount } from '../src/lib/parse'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test.each(words.roubles as [number, string][])('%i kopecks are %s', (kopecks, text) => expect(plain(roubles(kopecks))).toBe(text))
test.each(words.plural as [number, string][])('a noun after %i: %s', (count, text) => expect(plain(plural(count, 'день', 'дня', 'дней'))).toBe(text))
test.each(words.kwh as [string, string][])('a volume of %s: %s', (volume, text) => {
  expect(plain(decimal(volume))).toBe(text)
  expect(plain(kwh(volume))).toBe(`${text} кВт·ч`)
})
test.each(words.long_date as [string, string][])('the day %s: %s', (day, text) => {
  expect(longDate(day)).toBe(text)
  expect(`${dayMonth(day)} ${day.slice(0, 4)}`).toBe(text)
})
test.each(words.month_name as [string, string][])('the month %s: %s', (period, text) => {
  expect(monthName(period)).toBe(text)
  expect(monthTitle(period).toLowerCase()).toBe(text)
  expect(text.startsWith(monthShort(period).slice(0, 2))).toBe(true)
})
test.each(words.date_time as [string, string][])('the moment %s: %s', (moment, text) => {
  expect(dateTime(moment)).toBe(text)
  expect(shortDate(moscowDate(moment))).toBe(text.slice(0, 10))
})
test.each(words.account as [string, string | null][])('the account typed as «%s»', (typed, account) => expect(parseAccount(typed)).toBe(account))

test('numbers are grouped to be read aloud', () => {
  expect(plain(accountName('180211111'))).toBe('180 211 111')
  expect(plain(phoneName('+79105551122'))).toBe('+7 910 555-11-22')
  expect(phoneName('+4915112345678')).toBe('+4915112345678')
})

test('a flat stays with its «кв.»', () => {
  expect(addressLine('г. Боровск, ул. Ленина, д. 2, кв. 7')).toBe('г.\u00a0Боровск, ул.\u00a0Ленина, д.\u00a02, кв.\u00a07')
})

test.each([
  [1, '1 секунду'],
  [0, '1 секунду'],
  [42.2, '43 секунды'],
  [90, '2 минуты'],
  [1260, '21 минуту'],
])('to wait %d seconds is «%s»', (seconds, text) => expect(plain(wait(seconds))).toBe(text))
