// A file of its own: a bundler gives `await import` of a CommonJS package only a default export.
export { secretmanager_v1 } from 'googleapis/build/src/apis/secretmanager/v1.js';
