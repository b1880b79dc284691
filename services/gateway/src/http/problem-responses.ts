import { problemSchema } from '../core/problem.ts';

/** What every route may answer besides its own; `openapi.ts` gives it its media type. */
export const problemResponses = {
  '4xx': problemSchema.describe('The call cannot be served as it is.'),
  '5xx': problemSchema.describe('Something is out; try again later.'),
};
