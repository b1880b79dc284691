import { FailureError } from '@docfleet/domain';

/** @throws FailureError `NOT_FOUND` */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new FailureError('NOT_FOUND');
  return value;
}
