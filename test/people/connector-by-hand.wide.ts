// More of the cases of which `npm test` takes few.
import './connector-by-hand.test.ts';
