// A file of its own: a bundler gives `await import` of a CommonJS package only a default export.
export { compute_v1 } from 'googleapis/build/src/apis/compute/v1.js';
