// A file of its own: a bundler gives `await import` of a CommonJS package only a default export.
export { ServicesClient } from '@google-cloud/run/build/src/v2/services_client.js';
