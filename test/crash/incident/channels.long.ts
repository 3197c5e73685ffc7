// Every point of which the suite takes a spread.
import './channels.test.ts';
