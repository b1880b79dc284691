import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading, Problem } from './feedback.tsx';

/** What a query has brought; until then that it is awaited, or why it failed. An older answer stays while a new one fails. */
export function Answered<Data>(props: {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const { query, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Loading />;
  return <Problem error={query.error} onRetry={() => void query.refetch()} />;
}
