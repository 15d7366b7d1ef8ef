/// Where it begins: how it looks, the page itself, then the worker that keeps it for times without a network.
import { mount } from 'svelte'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import App from './App.svelte'
import { applyAppearance } from './lib/appearance'
import { watchVersions } from './lib/versions.svelte'

applyAppearance()
mount(App, { target: document.getElementById('app')! })
if (import.meta.env.PROD) void watchVersions()
