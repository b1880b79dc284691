import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useAddressId } from '../address.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Notice } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';

/** Goes on to the task in which a document waits for a person. */
export function ReviewOfRun(): ReactNode {
  const { client } = useApi();
  const runId = useAddressId('runId');
  const tasks = useQuery({
    queryKey: ['review', 'of-run', runId],
    queryFn: ({ signal }) => client.listReviewTasks({ runId, limit: 1 }, { signal }),
    gcTime: 0,
  });
  return (
    <Answered query={tasks}>
      {({ tasks: [task] }) =>
        task === undefined ? <NoTask runId={runId} /> : <Onward taskId={task.taskId} />
      }
    </Answered>
  );
}

function Onward({ taskId }: { readonly taskId: string }): ReactNode {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ to: '/review/$taskId', params: { taskId }, search: {}, replace: true });
  }, [navigate, taskId]);
  return null;
}

function NoTask({ runId }: { readonly runId: string }): ReactNode {
  const { t } = useTexts();
  return (
    <>
      <PageHeader title={t.review.title} />
      <Notice>{t.review.waitsNoMore}</Notice>
      <p>
        <Link to="/documents/$runId" params={{ runId }}>
          {t.review.toDocument}
        </Link>
      </p>
    </>
  );
}
