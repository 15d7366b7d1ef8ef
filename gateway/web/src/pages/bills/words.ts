/// What a bill's fields are called on the page.
import type { Schemas } from '../../api/client'

export type Bill = Schemas['BillDetails']

export const SOURCES: Record<Bill['meters'][number]['before_source'], string> = {
  customer: 'передали вы',
  control: 'проверка счётчика',
  automatic: 'автоматически',
  average: 'по среднему',
  norm: 'по нормативу',
  opening: 'начальное',
}

export const CHANNELS: Record<Bill['payments'][number]['channel'], string> = {
  cabinet: 'личный кабинет',
  bank: 'банк',
  post: 'почта',
  other: 'другой способ',
}
