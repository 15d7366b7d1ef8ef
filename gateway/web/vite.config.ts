import { createHash } from 'node:crypto'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/** The worker at its fixed address, with the list of what it keeps: the page and every file of this build. */
function precache(): Plugin {
  return {
    name: 'svet-precache',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') this.error('the build has no sw.js')
      const hash = createHash('sha256')
      const names = Object.keys(bundle).filter((name) => name !== 'sw.js' && !name.includes('/Kit'))
      for (const name of names) {
        const file = bundle[name]!
        hash.update(name).update(file.type === 'chunk' ? file.code : file.source)
      }
      const revision = hash.digest('hex').slice(0, 16)
      const entries = names.map((name) => (name === 'index.html' ? { url: '/', revision } : { url: `/${name}`, revision: null }))
      worker.code = worker.code.replace('self.__WB_MANIFEST', JSON.stringify(entries))
    },
  }
}

/** The page asks for its letters at once, not only when the style sheet names them. */
function preloadFont(): Plugin {
  return {
    name: 'svet-preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, context) {
        const font = Object.keys(context.bundle ?? {}).find((name) => name.includes('golos-cyrillic'))
        if (!font) return
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` }
        return [{ tag: 'link', attrs, injectTo: 'head' as const }]
      },
    },
  }
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), preloadFont(), precache()],
  define: { __KIT__: JSON.stringify(mode !== 'production') },
  build: {
    target: 'es2020',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: {
        // What most pages share comes as one file: packed together it is smaller, and asked for once.
        codeSplitting: { groups: [{ name: 'common', test: /\/src\/(ui\/(Page|BackLink|Button|Card|Notice|Field|ErrorSummary)|lib\/(form|parse|ru))\./ }] },
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': process.env.SVET_GATEWAY ?? 'http://127.0.0.1:8080' } },
}))
