import { usageError, type Command } from '@docfleet/command-line';

/**
 * The value of an option that takes a time, as the API takes it (RFC 3339); undefined when it is not given.
 *
 * @throws UsageError
 */
export function timeOption(command: Command, name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw usageError(command, `--${name} takes a time such as 2026-11-28T09:00:00Z, not '${text}'`);
  return new Date(at).toISOString();
}
