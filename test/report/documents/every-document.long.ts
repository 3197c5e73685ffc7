// Every scenario of which the suite takes a spread.
import './every-document.test.ts';
