import { describe, expect, test } from 'vitest'
import { valuesText, windowWords, zonesText, type Meter, type MeterState } from '../src/pages/readings/meter'
import { checkValues, growth, growthText } from '../src/pages/readings/typed'

const NBSP = '\u00a0'
const meter: Meter = {
  id: '0', serial: '1', model: 'М', zones: ['day', 'night'], digits: 5, kind: 'manual', state: 'working',
  verification_due: null, previous: [12_840, 4_500], previous_on: '2026-10-20',
}
const state: MeterState = { account: '180211111', input: 'open', meter, period: '2026-11', window_starts_on: '2026-11-15', window_ends_on: '2026-11-25', late: false, warnings: [] }

describe('what a meter used', () => {
  test.each([
    [['12881', '4522'], `Расход с прошлых показаний: день${NBSP}41${NBSP}кВт·ч, ночь${NBSP}22${NBSP}кВт·ч, всего 63${NBSP}кВт·ч`],
    [['12881,9', '4500'], `Расход с прошлых показаний: день${NBSP}41${NBSP}кВт·ч, ночь${NBSP}0${NBSP}кВт·ч, всего 41${NBSP}кВт·ч`],
    [['12881', ''], ''],
    [['12881', '128811'], ''],
    [['12000', '4522'], 'Показания меньше предыдущих. Проверьте цифры.'],
  ])('%j', (typed, text) => expect(growthText(meter, typed)).toBe(text))

  test('is not said of a meter without a reading', () => {
    expect(growth({ ...meter, previous: [] }, 0, '100')).toBeNull()
  })
})

test('only an empty window and too many digits stop the form', () => {
  expect(checkValues(meter, ['0', '99999'])).toEqual({})
  expect(checkValues(meter, ['', '123456'])).toEqual({
    'values.0': 'Введите показания (день)',
    'values.1': `Слишком много цифр: до запятой на счётчике 5${NBSP}цифр`,
  })
})

test('zones and values in words', () => {
  expect(zonesText(['single'])).toBe('однотарифный')
  expect(zonesText(['day', 'night', 'half_peak'])).toBe('трёхтарифный: день, ночь, полупик')
  expect(valuesText(['single'], [12_903])).toBe('12903')
  expect(valuesText(meter.zones, [12_903, 7])).toBe('день\u00a012903, ночь\u00a07')
})

test.each([
  [state, 'Приём показаний за ноябрь 2026: с 15 по 25 ноября.'],
  [{ ...state, window_starts_on: null }, 'Приём показаний за ноябрь 2026: до 25 ноября.'],
  [{ ...state, window_starts_on: '2026-10-28' }, 'Приём показаний за ноябрь 2026: с 28 октября по 25 ноября.'],
  [{ ...state, period: '2026-12', late: true }, 'Приём за этот месяц закончился. Показания учтём в следующем периоде: за декабрь 2026.'],
])('the window in words %#', (now, words) => expect(windowWords(now)).toBe(words))
