/// How the person wants the pages to look; kept on this device, and the same before and after signing in.

export type Theme = 'auto' | 'light' | 'dark'
export type Text = 'normal' | 'large' | 'largest'
export interface Appearance {
  theme: Theme
  text: Text
  contrast: 'normal' | 'high'
}

const KEY = 'svet.appearance'
const PLAIN: Appearance = { theme: 'auto', text: 'normal', contrast: 'normal' }
const darkness = matchMedia('(prefers-color-scheme: dark)')

export function appearance(): Appearance {
  try {
    return { ...PLAIN, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Appearance>) }
  } catch {
    return PLAIN
  }
}

export function setAppearance(wanted: Appearance): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(wanted))
  } catch {
    // A browser that keeps nothing: it holds until the page is left.
  }
  show(wanted)
}

/** Put it on the page, and follow the system while the theme is left to it. */
export function applyAppearance(): void {
  show(appearance())
  darkness.addEventListener('change', () => show(appearance()))
  // Paper is white.
  addEventListener('beforeprint', () => show({ ...appearance(), theme: 'light' }))
  addEventListener('afterprint', () => show(appearance()))
}

function show(wanted: Appearance): void {
  const dark = wanted.theme === 'dark' || (wanted.theme === 'auto' && darkness.matches)
  const page = document.documentElement
  page.dataset.theme = dark ? 'dark' : 'light'
  page.dataset.text = wanted.text
  page.dataset.contrast = wanted.contrast
  const ground = getComputedStyle(page).getPropertyValue('--ground').trim()
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', ground)
}
