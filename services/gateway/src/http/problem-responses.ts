import { problemSchema } from '../core/problem.ts';

/** Error responses of every route; `openapi.ts` sets their media type. */
export const problemResponses = {
  '4xx': problemSchema.describe('The request is invalid or not allowed; `code` has the reason.'),
  '5xx': problemSchema.describe('A dependency is unavailable; try again later.'),
};
