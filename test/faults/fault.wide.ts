// More of the cases of which `npm test` takes few.
import './fault.test.ts';
