import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import type { SubmitOptions } from '@docfleet/client';
import { lanes, readingRoutes } from '@docfleet/domain';
import { expectationsOf, formats, inputsOf, type Format, type Input } from '../read/arguments.ts';

const { submit } = commands.docfleet.subcommands;

/** The class of documents, which the gateway knows, and whether they are checked, as the API takes them. */
export function classAndChecks({
  class: documentClass,
  'no-checks': isUnchecked,
}: {
  readonly class?: string | undefined;
  readonly 'no-checks': boolean;
}): Pick<SubmitOptions, 'documentClass' | 'checks'> {
  return {
    ...(documentClass === undefined
      ? {}
      : { documentClass: documentClass as SubmitOptions['documentClass'] }),
    ...(isUnchecked ? { checks: false } : {}),
  };
}

/** Whether a document may wait for a person, as the API takes it. */
export function reviewOf({
  'no-review': endsAlone,
}: {
  readonly 'no-review': boolean;
}): Pick<SubmitOptions, 'review'> {
  return endsAlone ? { review: 'never' } : {};
}

export interface SubmitCall {
  readonly inputs: readonly Input[];
  /** Named more than once; each is submitted once. */
  readonly repeated: readonly string[];
  readonly format: Format;
  readonly isWaiting: boolean;
  readonly cancelsOnInterrupt: boolean;
  readonly options: SubmitOptions;
}

/**
 * The options of a call of `docfleet submit`.
 *
 * @throws UsageError
 */
export function submitCallOf(
  operands: readonly string[],
  values: ValuesOf<typeof submit.options>,
  { folder, isTerminal }: { readonly folder: string; readonly isTerminal: boolean },
): SubmitCall {
  const { inputs, repeated } = inputsOf(operands, folder);
  const requestId = values['request-id'];
  const isWaiting = values.wait;
  if (requestId !== undefined && inputs.length > 1)
    throw usageError(submit, '--request-id is for one file: two files are never the same run');
  if (requestId !== undefined && !/^[\x21-\x7e]{1,200}$/.test(requestId))
    throw usageError(submit, '--request-id takes 1 to 200 printable ASCII characters without spaces');
  if (values.format === 'csv' && !isWaiting)
    throw usageError(submit, '--format csv prints fields, so it needs --wait');
  if (values['cancel-on-interrupt'] && !isWaiting)
    throw usageError(submit, '--cancel-on-interrupt needs --wait');
  const route = readingRoutes.find((each) => each === values.route);
  const expectations = expectationsOf(values.expect ?? [], submit);
  return {
    inputs,
    repeated,
    format: formats.find((each) => each === values.format) ?? (isTerminal ? 'table' : 'json'),
    isWaiting,
    cancelsOnInterrupt: values['cancel-on-interrupt'],
    options: {
      lane: lanes.find((each) => each === values.lane) ?? 'normal',
      ...(requestId === undefined ? {} : { requestId }),
      ...(route === undefined ? {} : { route }),
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...classAndChecks(values),
      ...reviewOf(values),
    },
  };
}
