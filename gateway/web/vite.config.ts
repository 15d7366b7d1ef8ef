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

/** What pages share, one file for each kind of page: packed together it is smaller, and named once. What a group needs comes with it, unless it is of an earlier one. */
const SHARED = [
  { name: 'common', test: /\/src\/(main|ui\/(Page|Card))\./ },
  { name: 'form', test: /\/src\/(ui\/(Field|ErrorSummary)|lib\/(form|keyed|parse))\./ },
  { name: 'door', test: /\/src\/(ui\/PasswordField|pages\/identity\/(AccountField|WhyOut|checks|enter\.svelte|letter))\./ },
  { name: 'cabinet', test: /\/src\/(ui\/(Empty|Facts|Failed|Links|Loaded|Skeleton|Status)|lib\/(again|load|zones)|pages\/(account\/(Open|ask)|pay\/states|readings\/(NoInput|Verification|meter)))\./ },
]

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), preloadFont(), precache()],
  define: { __KIT__: JSON.stringify(mode !== 'production') },
  build: {
    // The oldest browsers that give up a request after a time (AbortSignal.timeout), which every request of ours does.
    target: ['chrome103', 'firefox100', 'safari16'],
    assetsInlineLimit: 0,
    // All styles packed together weigh less than those of two pages apart.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      // Parts of Svelte that a page does without stay out of what all pages share.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/svelte\//, sideEffects: false }] },
      output: {
        codeSplitting: { groups: SHARED.map((group, at) => ({ ...group, priority: SHARED.length - at })) },
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': process.env.SVET_GATEWAY ?? 'http://127.0.0.1:8080' } },
}))
