/// <reference types="vite/client" />
declare const __KIT__: boolean
