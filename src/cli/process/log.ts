import type { SavedStep } from '../../durable/run-options.ts';
import type { Output } from '../deps.ts';

export interface RunLog {
  readonly step: (saved: SavedStep) => void;
  readonly warn: (message: string, cause: unknown) => void;
}

const SILENT: RunLog = { step: () => {}, warn: () => {} };

/** pino's levels as Cloud Logging names them (LogSeverity). */
const SEVERITY: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** Logs are for machines and for those who ask: in Cloud Run, or with --verbose. People read the progress. */
export function wantsLogs(options: { readonly verbose?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return options.verbose === true || env['CLOUD_RUN_EXECUTION'] !== undefined;
}

/**
 * Structured logs of a run on stderr, one JSON object a line with Cloud Logging's fields: every decision of the journal as it
 * is saved, and warnings. The journal has redacted them already.
 */
export async function createRunLog(output: Pick<Output, 'write'>, wanted: boolean): Promise<RunLog> {
  if (!wanted) return SILENT;
  const [{ pino }, { redact }] = await Promise.all([import('pino'), import('../../core/outside/redact.ts')]);
  const logger = pino(
    {
      base: null,
      messageKey: 'message',
      timestamp: false,
      formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
    },
    { write: (line: string) => output.write(line) },
  );
  return {
    step({ lines }) {
      for (const { seq, at, kind, event, data, states } of lines) {
        const fields = { time: new Date(at).toISOString(), seq, kind, states, data };
        if (event.endsWith('.failed')) logger.warn(fields, event);
        else logger.info(fields, event);
      }
    },
    warn: (message, cause) => logger.warn({ cause: redact(cause instanceof Error ? cause.message : String(cause)) }, redact(message)),
  };
}
