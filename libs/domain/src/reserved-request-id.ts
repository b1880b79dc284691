/** The forms of the requestIds that the fleet gives: to files of batches, and to objects of drop folders. */
const reservedForms = [/^batch-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9]+$/, /^drop-[0-9a-f]{64}$/];

/** What to say to a caller who names such an id. */
export const reservedRequestIdMessage =
  'another requestId: batch-<id>-<number> and drop-<digest> are given to files of batches and of drop folders';

/** Whether callers may not name the requestId, because its run is another one's: that of a file of a batch or drop folder. */
export function isReservedRequestId(requestId: string): boolean {
  return reservedForms.some((form) => form.test(requestId));
}
