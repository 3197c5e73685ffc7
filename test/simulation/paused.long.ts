// Every case of the sweep of which the suite takes a spread.
import './paused.wide.ts';
