/// Legal texts: what they may hold, and what they may not.
import { describe, expect, it } from 'vitest'
import { parseMarkdown, safeHref } from '../src/pages/documents/markdown'

const text = (words: string) => ({ kind: 'text', text: words })

describe('a text', () => {
  it('has headings below the title of the page, paragraphs and lists', () => {
    expect(parseMarkdown('## Цена\n\nКомиссии **нет**.\n\n1. Раз\n2. Два')).toEqual([
      { kind: 'heading', level: 2, parts: [text('Цена')] },
      { kind: 'paragraph', parts: [text('Комиссии '), { kind: 'strong', parts: [text('нет')] }, text('.')] },
      { kind: 'list', ordered: true, start: 1, items: [[{ kind: 'plain', parts: [text('Раз')] }], [{ kind: 'plain', parts: [text('Два')] }]] },
    ])
    expect(parseMarkdown('# Сверху')[0]).toMatchObject({ level: 2 })
  })

  it('shows HTML as it is written', () => {
    expect(parseMarkdown('<script>alert(1)</script>')).toEqual([{ kind: 'paragraph', parts: [text('<script>alert(1)</script>')] }])
    expect(JSON.stringify(parseMarkdown('раз <img src=x onerror=alert(1)> два'))).not.toContain('"kind":"image"')
  })

  it('follows links of the web, and words are left of any other', () => {
    expect(parseMarkdown('[сайт](https://kskkaluga.ru)')).toEqual([{ kind: 'paragraph', parts: [{ kind: 'link', href: 'https://kskkaluga.ru', parts: [text('сайт')] }] }])
    expect(parseMarkdown('[нажми](javascript:alert(1))')).toEqual([{ kind: 'paragraph', parts: [text('нажми')] }])
  })

  it.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/\\evil.example', 'ftp://x', 'https://a b'])('never leads to %j', (href) => {
    expect(safeHref(href)).toBeNull()
  })

  it.each(['https://kskkaluga.ru/page', 'mailto:support@ksk.kaluga.ru', 'tel:+74842701838', '/documents/offer', '#цена'])('may lead to %j', (href) => {
    expect(safeHref(href)).toBe(href)
  })
})
