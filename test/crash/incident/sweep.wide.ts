// More of the cases of which `npm test` takes few.
import './sweep.test.ts';
