/// What is wrong with what people type about themselves, before it is sent; the server looks again.
import { looksLikeEmail, parseAccount } from '../../lib/parse'
import type { Wrong } from '../../lib/form.svelte'

const SHORTEST = 8
const CODE = 6

export const ACCOUNT_HINT = 'Девять цифр, напечатаны в счёте. Скобки и пробелы не мешают.'
export const CODE_DIGITS = CODE

export function badAccount(typed: string): string | undefined {
  if (!typed.trim()) return 'Введите номер лицевого счёта.'
  return parseAccount(typed) ? undefined : 'В номере лицевого счёта девять цифр.'
}

export function badEmail(typed: string): string | undefined {
  if (!typed.trim()) return 'Введите электронную почту.'
  return looksLikeEmail(typed) ? undefined : 'Введите адрес почты целиком, например ivanova@mail.ru.'
}

export function badPhone(typed: string): string | undefined {
  if (!typed.trim()) return 'Введите номер телефона.'
  return typed.replace(/\D/g, '').length < 10 ? 'Введите номер телефона целиком, например +7 910 555-11-22.' : undefined
}

export function badAddress(typed: string): string | undefined {
  return typed.trim().length < 3 ? 'Введите адрес, по которому приходит счёт.' : undefined
}

export function badCode(typed: string): string | undefined {
  return typed.length === CODE ? undefined : 'Введите шесть цифр из письма.'
}

export function badPassword(password: string): string | undefined {
  if (!password) return 'Придумайте пароль.'
  return [...password].length < SHORTEST ? `В пароле должно быть не меньше ${SHORTEST} символов.` : undefined
}

export function badRepeat(password: string, again: string): string | undefined {
  if (!again) return 'Введите пароль ещё раз.'
  return password === again ? undefined : 'Пароли не совпадают.'
}

export function badGiven(password: string): string | undefined {
  return password ? undefined : 'Введите пароль.'
}

/** Only the fields that something is wrong with. */
export function wrongs(found: Record<string, string | undefined>): Wrong {
  return Object.fromEntries(Object.entries(found).filter((pair): pair is [string, string] => pair[1] !== undefined))
}
