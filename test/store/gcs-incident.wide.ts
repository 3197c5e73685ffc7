// More of the cases of which `npm test` takes few.
import './gcs-incident.test.ts';
