// More of the cases of which `npm test` takes few.
import './draw-live.test.ts';
