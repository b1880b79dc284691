import type { ReviewChange } from '@docfleet/client';
import { useState } from 'react';
import { pendingOf } from '../model/change-queue.ts';
import { wordsOf } from '../model/format.ts';
import { countdown, leaseTime, type LeaseTime } from '../model/lease.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { useNow } from '../ui/now.ts';
import type { TaskState } from './task-session.ts';
import type { UsedTask } from './use-task-session.ts';

/** What is left of a lease, each second. */
export function useLeaseTime({
  holder,
  leaseMs,
}: Pick<TaskState, 'holder' | 'leaseMs'>): LeaseTime | undefined {
  const now = useNow(1_000);
  return holder?.isMe === true ? leaseTime(holder.until, leaseMs, now) : undefined;
}

/** Time that the task stays with the person. */
export function LeaseBadge({ state }: { readonly state: TaskState }) {
  const { t } = useTexts();
  const left = useLeaseTime(state);
  if (left === undefined || left.phase === 'over') return null;
  return <span className={`lease ${left.phase}`}>{t.review.lease(countdown(left.secondsLeft))}</span>;
}

/** What somebody who works on a task has to know: each says what can be done. */
export function TaskNotices({ used, onNext }: { readonly used: UsedTask; readonly onNext: () => void }) {
  const { t } = useTexts();
  const { session, state } = used;
  const { task, queue, holder, isAway, problem } = state;
  const left = useLeaseTime(state);
  const [isDiscarding, setDiscarding] = useState(false);
  const pending = pendingOf(queue);
  const unsaved = pending.length > 0 ? t.review.unsaved(pending.length) : '';
  const discard = pending.length > 0 && (
    <Button
      onPress={() => {
        setDiscarding(true);
      }}
    >
      {t.review.discard}
    </Button>
  );
  const take = (text: string) => (
    <Button look="primary" onPress={() => void session.claim()}>
      {text}
    </Button>
  );
  const isWaiting = task.state === 'waiting' && queue.halt !== 'closed';
  return (
    <>
      {!isWaiting && (
        <div className="problem" role="alert">
          <p>
            {task.decision === null
              ? t.review.closed
              : `${t.review.states.decided}: ${t.review.decisions[task.decision]}.`}{' '}
            {pending.length > 0 && t.review.closedNext}
          </p>
          {discard}
          <Button look="primary" onPress={onNext}>
            {t.review.start}
          </Button>
        </div>
      )}
      {isWaiting && holder !== undefined && holder?.isMe !== true && (
        <div className="problem" role="alert">
          <p>
            {holder === null
              ? queue.halt === 'lease'
                ? t.review.leaseOver
                : t.review.leaseFree
              : pending.length > 0
                ? t.review.leaseTaken(holder.name ?? holder.id)
                : t.review.leaseOther(holder.name ?? holder.id)}{' '}
            {unsaved}
          </p>
          {take(queue.halt === 'lease' ? t.review.take : t.review.takeFirst)}
          {discard}
          <Button onPress={onNext}>{t.review.start}</Button>
        </div>
      )}
      {isWaiting && left?.phase === 'over' && (
        <div className="problem" role="alert">
          <p>
            {t.review.leaseOver} {unsaved}
          </p>
          {take(t.review.take)}
        </div>
      )}
      {isWaiting && left?.phase === 'ending' && (
        <p className="away" role="alert">
          {t.review.leaseEnding(left.secondsLeft)}
        </p>
      )}
      {isAway && (
        <p className="away" role="status">
          {t.review.away} {unsaved}
        </p>
      )}
      {problem !== undefined && <Problem error={problem} />}
      {queue.refused.length > 0 && (
        <div className="problem" role="alert">
          <div>
            <strong>{t.review.refusedTitle}</strong>
            <ul>
              {queue.refused.map(({ change, message }, index) => (
                <li key={`${subjectOf(change)}-${String(index)}`}>
                  {t.review.refused(subjectOf(change), message)}
                </li>
              ))}
            </ul>
          </div>
          <Button onPress={session.readRefusals}>{t.review.understood}</Button>
        </div>
      )}
      {task.afterwards && <Notice>{t.review.afterwards}</Notice>}
      {task.fourEyes.needed && isWaiting && <Notice>{t.review.secondPerson(task.fourEyes.approvals)}</Notice>}
      {isDiscarding && (
        <Confirmation
          title={t.review.discardTitle}
          text={t.review.discardText}
          yes={t.review.discard}
          isDanger
          onConfirm={() => session.discard()}
          onClose={() => {
            setDiscarding(false);
          }}
        />
      )}
    </>
  );
}

/** What a change is about, and the value that was typed, so that it can be typed again. */
function subjectOf(change: ReviewChange): string {
  switch (change.op) {
    case 'set':
      return `${wordsOf(change.field)} “${change.value}”`;
    case 'confirm':
    case 'remove':
      return wordsOf(change.field);
    case 'addRow':
    case 'setRow':
      return Object.entries(change.cells)
        .map(([name, text]) => `${wordsOf(name)} “${text}”`)
        .join(', ');
    case 'setClass':
      return wordsOf(change.documentClass);
    case 'removeRow':
    case 'split':
    case 'merge':
    case 'undo':
      return wordsOf(change.op);
  }
}
