/// Which letter this tab waits for: to say where it went, and not to ask twice for what was typed.

export interface Letter {
  account: string
  email: string
  /** Until when its link and code work, when the server told. */
  until?: string
}
type Kind = 'activation' | 'recovery'

export function keepLetter(kind: Kind, letter: Letter): void {
  sessionStorage.setItem(`svet.${kind}`, JSON.stringify(letter))
}

export function keptLetter(kind: Kind): Letter | null {
  try {
    return JSON.parse(sessionStorage.getItem(`svet.${kind}`) ?? 'null') as Letter | null
  } catch {
    return null
  }
}

export function forgetLetter(kind: Kind): void {
  sessionStorage.removeItem(`svet.${kind}`)
}

/** The secret of the letter's link that this page was opened by. */
export function linkToken(): string {
  return new URLSearchParams(location.search).get('token') ?? ''
}
