import { traceIdOf } from '@docfleet/domain';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { describeError, withoutPasswords } from './describe-error.ts';

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
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>> &
  // Keys of the line itself.
  Readonly<Partial<Record<'time' | 'level' | 'service' | 'message' | 'error', never>>>;

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
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
    },
    destination ?? pino.destination(1),
  );
  return logWith(logger, { service });
}

/** Texts of libraries may hold addresses with passwords. */
function redact(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutPasswords(value) : value,
    ]),
  );
}

/**
 * A log with `context` in every line. Context, facts and error become one object before they are written, so that a line
 * has each key once: a fact replaces the context's value, and what is thrown gives `code` unless a fact does.
 */
function logWith(logger: Logger, context: LogFields & { readonly service: string }): Log {
  return {
    debug: (message, facts) => {
      logger.debug({ ...context, ...facts }, message);
    },
    info: (message, facts) => {
      logger.info({ ...context, ...facts }, message);
    },
    warn: (message, facts) => {
      logger.warn({ ...context, ...facts }, message);
    },
    error: (message, error, facts) => {
      const described = error === undefined ? undefined : describeError(error);
      // The code is also a top-level key, for searches and alerts.
      const code = described?.code === undefined ? {} : { code: described.code };
      const more = described === undefined ? {} : { error: described };
      logger.error({ ...context, ...code, ...facts, ...more }, message);
    },
    child: (fields) => {
      const traceId = fields.traceId ?? (fields.runId === undefined ? undefined : traceIdOf(fields.runId));
      return logWith(logger, { ...context, ...fields, ...(traceId === undefined ? {} : { traceId }) });
    },
  };
}
