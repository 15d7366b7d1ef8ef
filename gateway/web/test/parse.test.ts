/// What people type, as it is understood.
import { expect, test } from 'vitest'
import { looksLikeEmail, moneyText, parseMoney, parseReading } from '../src/lib/parse'

test.each([
  ['12903', '12903'],
  ['12 903,4', '12903'],
  ['12903.4', '12903'],
  [' 00042 ', '00042'],
  ['12\u00a0903', '12903'],
  ['abc', ''],
  ['', ''],
  [',5', ''],
])('a reading typed as «%s»', (typed, read) => expect(parseReading(typed)).toBe(read))

test.each([
  ['1842,37', 184237],
  ['1842.37', 184237],
  ['1 842,37 ₽', 184237],
  ['1\u00a0842,3', 184230],
  ['500', 50000],
  ['500 руб.', 50000],
  ['500р', 50000],
  ['0', 0],
  ['0,01', 1],
  ['0,001', null],
  ['-5', null],
  ['сто', null],
  ['', null],
  ['1,2,3', null],
  ['12345678901', null],
])('a sum typed as «%s»', (typed, kopecks) => expect(parseMoney(typed)).toBe(kopecks))

test.each([0, 1, 50, 50000, 184237, 184230])('%i kopecks are shown as they can be typed', (kopecks) => {
  expect(parseMoney(moneyText(kopecks))).toBe(kopecks)
})

test.each([
  ['anna@list.ru', true],
  [' anna@list.ru ', true],
  ['anna@list', false],
  ['anna list.ru', false],
  ['', false],
])('«%s» may be an e-mail', (typed, may) => expect(looksLikeEmail(typed)).toBe(may))
