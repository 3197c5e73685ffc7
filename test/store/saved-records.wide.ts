// More of the cases of which `npm test` takes few.
import './saved-records.test.ts';
