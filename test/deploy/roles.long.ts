// Every scenario, of which the suite takes a spread.
import './roles.test.ts';
