/// What people type, forgiven: account numbers, readings, money. The server checks everything again.

/** Nine digits out of `(180)111111`, spaces, dashes and what Word adds; null when they are not nine. */
export function parseAccount(typed: string): string | null {
  const digits = typed.replace(/\D/g, '')
  return digits.length === 9 ? digits : null
}

/** A reading's whole part: cut at the first comma or dot before anything else is dropped. */
export function parseReading(typed: string): string {
  return typed.trim().replace(/[.,].*$/, '').replace(/\D/g, '')
}

/** `1 842,37`, `1842.37 ₽` -> 184237 kopecks; null when it is no sum of roubles and kopecks. */
export function parseMoney(typed: string): number | null {
  const text = typed.replace(/[\s\u00a0\u202f\u200b]|₽|р(уб)?\.?$/gi, '').replace(',', '.')
  if (!/^\d{1,9}(\.\d{0,2})?$/.test(text)) return null
  const [whole = '0', part = ''] = text.split('.')
  return Number(whole) * 100 + Number(part.padEnd(2, '0'))
}

/** Kopecks as the money field shows them: 184237 -> `1842,37`, 50000 -> `500`. */
export function moneyText(kopecks: number): string {
  const part = kopecks % 100
  return `${Math.trunc(kopecks / 100)}${part ? `,${String(part).padStart(2, '0')}` : ''}`
}

/** Something that may be an e-mail address: the letter proves the rest. */
export function looksLikeEmail(typed: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(typed.trim())
}
