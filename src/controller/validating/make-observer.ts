import { defaultMaxConnections } from '../../diagnosis/infrastructure/default-max-connections.ts';
import { groupLogs } from '../../diagnosis/logs/group-logs.ts';
import { createObserver } from '../observing/observer.ts';
import type { Observer, ObserverOptions } from '../observing/options.ts';

/** The run's own eyes, for verbs that only look. */
export function observerOver(options: Omit<ObserverOptions, 'groupLogs' | 'defaultMaxConnections'>): Observer {
  return createObserver({ ...options, groupLogs, defaultMaxConnections });
}
