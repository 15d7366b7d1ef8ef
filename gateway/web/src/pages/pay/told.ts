/// A payment's state in words, with its colour.
import type { Payment } from '../account/ask'

export interface Told {
  title: string
  kind: 'good' | 'warn' | 'bad' | 'info'
}

const WAITING: Told = { title: 'Платёж обрабатывается', kind: 'info' }
const TOLD: Record<Payment['state'], Told> = {
  registering: WAITING,
  awaiting: { title: 'Платёж не закончен', kind: 'warn' },
  authenticating: WAITING,
  held: WAITING,
  unknown: WAITING,
  succeeded: { title: 'Платёж выполнен', kind: 'good' },
  partly_refunded: { title: 'Часть денег возвращена', kind: 'info' },
  refunded: { title: 'Деньги возвращены', kind: 'info' },
  failed: { title: 'Платёж не прошёл', kind: 'bad' },
  cancelled: { title: 'Платёж отменён', kind: 'info' },
  quarantined: { title: 'Уточняем платёж у банка', kind: 'warn' },
}

export const toldOf = (state: Payment['state']): Told => TOLD[state]
