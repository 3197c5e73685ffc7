// A file of its own: a bundler gives `await import` of a CommonJS package only a default export.
export { iam_v1 } from 'googleapis/build/src/apis/iam/v1.js';
