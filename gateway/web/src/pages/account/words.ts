/// An account's facts in words.
import { roubles } from '../../lib/ru'

const GROUPS: Record<string, string> = {
  urban_gas: 'Городское население, газовая плита',
  urban_electric: 'Городское население, электроплита',
  rural: 'Сельское население',
}

/** As on the bill; a group of another retailer as it is named there. */
export function groupText(group: string): string {
  return GROUPS[group] ?? group
}

/** `долг 1 842,37 ₽`: above zero a debt, below it an overpayment. */
export function balanceText(balance: number): string {
  if (balance === 0) return 'долга нет'
  return balance > 0 ? `долг ${roubles(balance)}` : `переплата ${roubles(-balance)}`
}
