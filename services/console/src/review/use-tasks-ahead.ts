import { useEffect, useState } from 'react';
import { readAhead } from '../model/ahead.ts';
import { useApi } from '../session/api.ts';
import { draftPrefix, sessions } from '../session/session.ts';
import { openTasksAhead, type TasksAhead } from './tasks-ahead.ts';

/** Goes with the session, as everything does whose name begins so. */
const storageKey = `${draftPrefix}ahead`;

/**
 * The tasks that this tab claims ahead. A tab that is closed gives its task up, as far as the browser still sends that; a
 * page that is loaded again claims the same task again.
 */
export function useTasksAhead(): TasksAhead {
  const { client } = useApi();
  const [ahead] = useState(() =>
    openTasksAhead({
      api: {
        claimNext: ({ taskId, documentClass }) =>
          client.claimNextReviewTask({ body: { skip: [taskId], class: documentClass } }),
        claim: (taskId) => client.claimReviewTask({ taskId, body: {} }),
        read: (taskId) => client.readReviewTask({ taskId }),
        release: (taskId) => client.releaseReviewTask({ taskId }),
      },
      store: {
        read: () => sessionStorage.getItem(storageKey),
        write: (text) => {
          if (text === null) sessionStorage.removeItem(storageKey);
          else sessionStorage.setItem(storageKey, text);
        },
      },
    }),
  );
  useEffect(() => {
    addEventListener('pagehide', releaseInPassing);
    return () => {
      removeEventListener('pagehide', releaseInPassing);
    };
  }, []);
  return ahead;
}

/** A page that goes away cannot wait for a client: the one call that outlives it is `keepalive`. */
function releaseInPassing(): void {
  const kept = readAhead(sessionStorage.getItem(storageKey));
  const { session } = sessions.current();
  if (kept === undefined || session === undefined) return;
  fetch(`/v1/review/tasks/${encodeURIComponent(kept.taskId)}/claim`, {
    method: 'DELETE',
    keepalive: true,
    headers: { authorization: `Bearer ${session.token}` },
  }).catch(() => undefined);
}
