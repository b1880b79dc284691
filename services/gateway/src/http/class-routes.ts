import { classListSchema, knownClasses } from '../core/class-facts.ts';
import type { Api } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

/** The classes of documents, which say what may be found and corrected. */
export function classRoutes(api: Api): void {
  api.get(
    '/v1/classes',
    {
      config: { action: 'readSelf' },
      schema: {
        operationId: 'listClasses',
        summary: 'List the classes of documents with their fields, tables and rules',
        tags: ['classes'],
        response: { 200: classListSchema, ...problemResponses },
      },
    },
    () => knownClasses(),
  );
}
