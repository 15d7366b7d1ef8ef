/// The one way to the gateway: typed by its OpenAPI; CSRF, a fresh session, deadlines and retries of a lost answer.
import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema'
import { wait } from '../lib/ru'
import { freshen, signedOut } from '../lib/session.svelte'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

const DEADLINE_MS = 20_000
const SAFE = new Set(['GET', 'HEAD'])

/** What a request came to when there was no answer of the gateway's own. */
export const OFFLINE = 'offline'
export const UNREACHABLE = 'unavailable'

const guard: Middleware = {
  async onRequest({ request, schemaPath }) {
    if (needsSession(schemaPath)) await freshen()
    if (!SAFE.has(request.method)) request.headers.set('X-CSRF-Token', csrf())
    return request
  },
  async onResponse({ response, schemaPath }) {
    if (response.status !== 401 || !needsSession(schemaPath)) return
    const problem = (await response.clone().json().catch(() => null)) as Problem | null
    if (problem?.code === 'unauthenticated' || problem?.code === 'session_ended') signedOut('ended')
  },
}

export const api = createClient<paths>({ baseUrl: '/', fetch: patient })
api.use(guard)

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
