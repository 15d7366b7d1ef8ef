/// The one way to the gateway: typed by its OpenAPI; CSRF, a fresh session, deadlines and retries of a lost answer.
import type { Client } from 'openapi-fetch'
import type { components, paths } from './schema'
import { wait } from '../lib/ru'
import { freshen, signedOut } from '../lib/session.svelte'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

const DEADLINE_MS = 20_000

/** What a request came to when there was no answer of the gateway's own. */
export const OFFLINE = 'offline'
export const UNREACHABLE = 'unavailable'

interface Asked {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown>; header?: Record<string, unknown> }
  body?: unknown
}
type Way = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** openapi-fetch by its types; by our own hand where it runs, which is a third of its size. */
export const api = Object.fromEntries(
  (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((way) => [way, (path: string, asked?: Asked) => ask(way, path, asked)]),
) as unknown as Pick<Client<paths>, Way>

async function ask(method: Way, path: string, { params = {}, body }: Asked = {}): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  const url = new URL(path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params.path?.[name]))), location.origin)
  for (const [name, value] of told(params.query)) url.searchParams.set(name, value)
  if (needsSession(path)) await freshen()
  const headers = new Headers(told(params.header))
  if (method !== 'GET') headers.set('X-CSRF-Token', csrf())
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  const response = await patient(new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }))
  const text = await response.text()
  if (response.ok) return { data: text ? (JSON.parse(text) as unknown) : undefined, response }
  const error = parsed(text)
  if (response.status === 401 && needsSession(path) && ['unauthenticated', 'session_ended'].includes(error?.code ?? '')) signedOut('ended')
  return { error, response }
}

function told(named: Record<string, unknown> = {}): [string, string][] {
  return Object.entries(named).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]]))
}

/** A problem, or null when something on the way answered in another tongue. */
function parsed(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}

/** A fresh text for a command that makes something; keep it for its repeats. */
export function newKey(): string {
  return crypto.randomUUID()
}

/** The answer's value; throws Failure when there is none. */
export async function got<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer
  if (response.ok) return data as T
  throw new Failure(asProblem(error, response))
}

/** Why a plain `fetch` failed: what the gateway answered, or that nobody did (null). */
export async function asFailure(answer: Response | null): Promise<Failure> {
  const told = answer ?? unanswered()
  return new Failure(asProblem(await told.json().catch(() => null), told))
}

/** Why a request failed, in words for the person. `code` is the vocabulary's, or `offline`. */
export class Failure extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(words(problem))
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }

  /** What is wrong with a field, by its dotted name. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.fields ?? []).map((field) => [field.field, field.message]))
  }

  static of(error: unknown): Failure {
    return error instanceof Failure ? error : new Failure(problem('internal_error', 0, 'Что-то сломалось. Обновите страницу и попробуйте ещё раз.'))
  }
}

/** `fetch` with a deadline; no answer at all becomes a problem of ours, so that callers see one kind of failure. */
async function patient(request: Request): Promise<Response> {
  if (!navigator.onLine) return unanswered()
  try {
    return await fetch(new Request(request, { signal: AbortSignal.timeout(DEADLINE_MS) }))
  } catch {
    return unanswered()
  }
}

/** The title, and when it is worth trying again if the server says so. */
function words({ title, details }: Problem): string {
  const seconds = details?.['retry_after']
  return typeof seconds === 'number' ? `${title.split('. ')[0]!.replace(/\.$/, '')}. Попробуйте через ${wait(seconds)}.` : title
}

function unanswered(): Response {
  const offline = !navigator.onLine
  const text = offline ? 'Нет связи с интернетом.' : 'Сервис временно недоступен. Попробуйте через минуту.'
  const body = problem(offline ? OFFLINE : UNREACHABLE, 503, text)
  return new Response(JSON.stringify(body), { status: 503, headers: { 'Content-Type': 'application/problem+json' } })
}

function asProblem(error: unknown, response: Response): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error && 'title' in error) return error as Problem
  return problem(UNREACHABLE, response.status, 'Сервис временно недоступен. Попробуйте через минуту.')
}

function problem(code: string, status: number, title: string): Problem {
  return { type: `urn:svet:problem:${code}`, code, status, title, reference: '', fields: [], details: {} }
}

function needsSession(path: string): boolean {
  return path.startsWith('/api/v1/me') || path.startsWith('/api/v1/accounts')
}

export function csrf(): string {
  return /(?:^|; )svet_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? ''
}
