// More of the cases of which `npm test` takes few.
import './every-phase.test.ts';
