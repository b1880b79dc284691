import { MutationCache, QueryCache, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { ApiContext, clientFor, noteRefusal, type Api } from './session/api.ts';
import { router } from './router.tsx';
import { Loading, Problem } from './ui/feedback.tsx';
import { releasePageImages } from './views/page-image.ts';

/** The application of somebody who has signed in. */
export function SignedIn({ credential }: { readonly credential: string }) {
  const queries = useMemo(() => {
    const onError = (error: Error): void => {
      noteRefusal(error, credential);
    };
    const queryCache = new QueryCache({ onError });
    releasePageImages(queryCache);
    return new QueryClient({
      queryCache,
      mutationCache: new MutationCache({ onError }),
      // The client tries again what is worth it; the age spares calls when a view is opened again at once.
      defaultOptions: { queries: { retry: false, staleTime: 2_000 } },
    });
  }, [credential]);
  return (
    <QueryClientProvider client={queries}>
      <WithApi credential={credential}>
        <RouterProvider router={router} />
      </WithApi>
    </QueryClientProvider>
  );
}

function WithApi({ credential, children }: { readonly credential: string; readonly children: ReactNode }) {
  const client = useMemo(() => clientFor(credential), [credential]);
  const me = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => client.readMe({ signal }),
    staleTime: Infinity,
    retry: 5,
  });
  const api = useMemo((): Api | undefined => {
    const { data } = me;
    if (data === undefined) return undefined;
    return { client, me: data, credential, may: (action) => data.actions.includes(action) };
  }, [client, credential, me]);
  if (api !== undefined) return <ApiContext value={api}>{children}</ApiContext>;
  if (me.error === null) return <Loading />;
  return <Problem error={me.error} onRetry={() => void me.refetch()} />;
}
