import { traceIdOf } from '@docfleet/domain';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.ts';

/** Context of a log line: ids and values of closed sets, never content of a document. */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly runId?: string | undefined;
  readonly revision?: number | undefined;
  readonly tenant?: string | undefined;
  readonly stage?: string | undefined;
  readonly lane?: string | undefined;
  readonly attempt?: number | undefined;
  readonly code?: string | undefined;
  /** Default: derived from `runId`. */
  readonly traceId?: string | undefined;
}

/** Data of one line: numbers, values of closed sets, and ids; no names, no page content. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** A structured log; every line is one JSON object on standard output. */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, error?: unknown, facts?: LogFacts): void;
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * The log of a process: `time` in ISO 8601, `level` as a word, `service`, `message`; errors with their code and the
 * chain of their causes. `destination` replaces standard output.
 */
export function createLog(options: {
  readonly service: string;
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Log {
  const { service, level, destination } = options;
  const logger = pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination(1),
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, facts) => {
      logger.debug(facts ?? {}, message);
    },
    info: (message, facts) => {
      logger.info(facts ?? {}, message);
    },
    warn: (message, facts) => {
      logger.warn(facts ?? {}, message);
    },
    error: (message, error, facts) => {
      const described = error === undefined ? undefined : describeError(error);
      // The code is also a top-level key, for searches and alerts.
      const code = described?.code === undefined ? {} : { code: described.code };
      logger.error({ ...code, ...facts, ...(described === undefined ? {} : { error: described }) }, message);
    },
    child: (fields) => {
      const traceId = fields.traceId ?? (fields.runId === undefined ? undefined : traceIdOf(fields.runId));
      return wrap(logger.child({ ...fields, ...(traceId === undefined ? {} : { traceId }) }));
    },
  };
}
