// A file of its own: a bundler gives `await import` of a CommonJS package only a default export.
export { certificatemanager_v1 } from 'googleapis/build/src/apis/certificatemanager/v1.js';
