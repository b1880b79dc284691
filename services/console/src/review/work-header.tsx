import { Link } from '@tanstack/react-router';
import { wordsOf } from '../model/format.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { LeaseBadge } from './task-notices.tsx';
import type { Work } from './use-work.ts';

/** What the task is, what is left of it, and what can be done with it as a whole. */
export function WorkHeader({ work, onLeave }: { readonly work: Work; readonly onLeave: () => void }) {
  const { t } = useTexts();
  const { used, isLocked, maySkip, isSaving, openCount, act, run } = work;
  const { task } = used.state;
  return (
    <PageHeader title={task.fileName ?? wordsOf(task.documentClass)}>
      <Badge tone="idle" text={t.lane[task.lane]} />
      {task.round > 0 && <Badge tone="idle" text={t.review.round(task.round)} />}
      <span className="hint" role="status">
        {t.review.left(openCount)}
      </span>
      <LeaseBadge state={used.state} />
      <span className="hint saving">{isSaving ? t.review.saving : ''}</span>
      <span className="work-actions">
        <Button
          look="primary"
          isDisabled={isLocked}
          onPress={() => {
            act('approve');
          }}
        >
          {t.review.approve}
        </Button>
        {!task.afterwards &&
          (['sendBack', 'reject'] as const).map((action) => (
            <Button
              key={action}
              isDisabled={isLocked}
              onPress={() => {
                act(action);
              }}
            >
              {t.review[action]}
            </Button>
          ))}
        <Button
          isDisabled={!maySkip}
          onPress={() => {
            act('skip');
          }}
        >
          {t.review.skip}
        </Button>
        <Button
          look="quiet"
          onPress={() => {
            run([{ kind: 'opened', dialog: 'history' }]);
          }}
        >
          {t.review.history}
        </Button>
        <Button
          look="quiet"
          onPress={() => {
            act('help');
          }}
        >
          {t.review.help} ?
        </Button>
        <Link className="button quiet" to="/documents/$runId" params={{ runId: task.runId }}>
          {t.review.toDocument}
        </Link>
        <Button look="quiet" onPress={onLeave}>
          {t.review.leave}
        </Button>
      </span>
    </PageHeader>
  );
}
