// More of the cases of which `npm test` takes few.
import './seeds.test.ts';
