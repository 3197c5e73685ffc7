// More of the cases of which `npm test` takes few.
import './no-false-hold.test.ts';
