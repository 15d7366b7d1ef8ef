/// The interval that a page shows, kept in its address, so that it can be reloaded, gone back to and sent on.
import { navigate, route } from '../../routes'

/** What the address says under a name, when it is what is wanted. */
export function asked(name: string, fits: (text: unknown) => text is string): string | null {
  const text = (route.search as Record<string, unknown>)[name]
  return fits(text) ? text : null
}

export function ask(interval: Record<string, string>): void {
  void navigate(route.pathname, { search: interval })
}
