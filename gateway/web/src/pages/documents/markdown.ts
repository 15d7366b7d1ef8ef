/// Markdown as a tree of what our pages can draw: no raw HTML, no address but of the web, mail and phones.
import { lexer, type Token, type Tokens } from 'marked'

export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em' | 'del'; parts: Inline[] }
  | { kind: 'link'; href: string; parts: Inline[] }

export type Block =
  | { kind: 'heading'; level: 2 | 3; parts: Inline[] }
  | { kind: 'paragraph' | 'plain'; parts: Inline[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

/** The title of the page is its first heading: those of the text begin at the second level. */
export function parseMarkdown(text: string): Block[] {
  return blocksOf(lexer(text))
}

/** An address that may be followed, or null: `javascript:`, `data:` and whatever else is none of ours. */
export function safeHref(href: string): string | null {
  const address = href.trim()
  if (/^(https?:\/\/|mailto:|tel:)[^\s]+$/i.test(address)) return address
  return /^\/(?![/\\])\S*$/.test(address) || /^#\S+$/.test(address) ? address : null
}

function blocksOf(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token) => blockOf(token) ?? [])
}

function blockOf(token: Token): Block | null {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return { kind: 'heading', level: (token as Tokens.Heading).depth <= 2 ? 2 : 3, parts: inside(token) }
    case 'paragraph':
      return { kind: 'paragraph', parts: inside(token) }
    case 'text':
      return { kind: 'plain', parts: inside(token) }
    case 'list': {
      const { ordered, start, items } = token as Tokens.List
      return { kind: 'list', ordered, start: Number(start) || 1, items: items.map((item) => blocksOf(item.tokens)) }
    }
    case 'blockquote':
      return { kind: 'quote', blocks: blocksOf((token as Tokens.Blockquote).tokens) }
    case 'code':
      return { kind: 'code', text: (token as Tokens.Code).text }
    case 'hr':
      return { kind: 'rule' }
    case 'table': {
      const { header, rows } = token as Tokens.Table
      return { kind: 'table', head: header.map((cell) => inlinesOf(cell.tokens)), rows: rows.map((row) => row.map((cell) => inlinesOf(cell.tokens))) }
    }
    default: // HTML among them: shown as it is written
      return { kind: 'paragraph', parts: [{ kind: 'text', text: token.raw.trim() }] }
  }
}

/** The inline tokens of a block; a text without any of its own is itself. */
function inside(token: Token): Inline[] {
  const { tokens } = token as { tokens?: Token[] }
  return tokens ? inlinesOf(tokens) : [{ kind: 'text', text: (token as { text?: string }).text ?? token.raw }]
}

function inlinesOf(tokens: readonly Token[]): Inline[] {
  return tokens.flatMap(inlineOf)
}

function inlineOf(token: Token): Inline[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [{ kind: token.type, parts: inside(token) }]
    case 'codespan':
      return [{ kind: 'code', text: (token as Tokens.Codespan).text }]
    case 'br':
      return [{ kind: 'break' }]
    case 'link': {
      const href = safeHref((token as Tokens.Link).href)
      return href ? [{ kind: 'link', href, parts: inside(token) }] : inside(token)
    }
    case 'text':
    case 'escape':
      return [{ kind: 'text', text: (token as Tokens.Text).text }]
    case 'image':
      return [{ kind: 'text', text: (token as Tokens.Image).text }]
    default:
      return [{ kind: 'text', text: token.raw }]
  }
}
