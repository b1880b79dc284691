import type { ClassFacts, ReviewDecision } from '@docfleet/client';
import { useEffect, useReducer, useRef, useState, type RefObject } from 'react';
import { pendingOf } from '../model/change-queue.ts';
import { haveMoved, mayMoveBorders } from '../model/document-borders.ts';
import type { ReviewAction } from '../model/review-keys.ts';
import type { ReviewPage } from '../model/review-types.ts';
import { itemsOf, withPending } from '../model/work-place.ts';
import { afterWork, initialWork, type WorkState } from '../model/work-state.ts';
import { isEffect, stepsOf, type WorkEffect, type WorkFacts, type WorkStep } from '../model/work-steps.ts';
import type { ViewerHandle } from '../views/page-viewer.tsx';
import { useKeyActions } from './review-keys.ts';
import type { Decided } from './task-session.ts';
import type { UsedTask } from './use-task-session.ts';

/** A task in the work place, for all parts of it. */
export interface Work extends WorkFacts {
  readonly used: UsedTask;
  readonly classes: readonly ClassFacts[];
  readonly pages: readonly ReviewPage[];
  readonly viewer: RefObject<ViewerHandle | null>;
  readonly openCount: number;
  /** Documents get other numbers once the gateway answers: until then no change can say for which one it is. */
  readonly isRenumbering: boolean;
  /** Changes are on their way to the gateway. */
  readonly isSaving: boolean;
  /** Why an approval did not work. */
  readonly failure: unknown;
  /** Does what a key does. */
  readonly act: (action: ReviewAction) => void;
  readonly run: (steps: readonly WorkStep[]) => void;
  readonly decide: (decided: Decided) => Promise<void>;
}

/** Holds the work place of a task together: its state, its keys, and what they do. */
export function useWork(options: {
  readonly used: UsedTask;
  readonly classes: readonly ClassFacts[];
  readonly pages: readonly ReviewPage[];
  readonly onLeft: (count: number) => void;
  readonly onDecided: (decision: ReviewDecision) => void;
}): Work {
  const { used, classes, pages, onLeft, onDecided } = options;
  const { session, state: taskState } = used;
  const { task, queue, holder, texts, isDeciding } = taskState;
  const pending = pendingOf(queue);
  const documents = withPending(task.documents, pending);
  const [state, happen] = useReducer(afterWork, undefined, () =>
    initialWork(itemsOf(documents, classes, { looked: new Set(), asked: new Set() }), texts),
  );
  const [borders, setBorders] = useState(task.documents);
  if (haveMoved(borders, task.documents)) {
    setBorders(task.documents);
    happen({ kind: 'bordersMoved', before: borders, after: task.documents });
  }
  const [failure, setFailure] = useState<unknown>();
  const viewer = useRef<ViewerHandle>(null);
  const items = itemsOf(documents, classes, state);
  const openCount = items.filter(({ isOpen }) => isOpen).length;
  const isWaiting = task.state === 'waiting' && queue.halt !== 'closed';
  const isOthers = holder !== undefined && holder !== null && !holder.isMe;
  const isRenumbering = mayMoveBorders(pending, pages.length);
  const isLocked = !isWaiting || isDeciding || (isOthers && pending.length === 0) || isRenumbering;
  const facts: WorkFacts = {
    ...{ state, items, documents, texts, isLocked },
    pageCount: pages.length,
    maySkip: isWaiting && !isDeciding,
    isAfterwards: task.afterwards,
  };

  useFocus(state.focus);
  useEffect(() => {
    onLeft(openCount);
  }, [onLeft, openCount]);

  const decide = async (decided: Decided): Promise<void> => {
    const answer = await session.decide(decided);
    if (answer !== undefined) onDecided(answer);
  };
  const affect = (effect: WorkEffect): void => {
    switch (effect.kind) {
      case 'change':
        session.change(effect.change);
        return;
      case 'undo':
        session.undo();
        return;
      case 'keepText':
        session.keepText(effect.id, effect.text);
        return;
      case 'zoom':
        viewer.current?.zoom(effect.direction);
        return;
      case 'decide':
        if (!session.mayDecide()) return;
        if (effect.decision !== 'approve' || openCount > 0) {
          happen({ kind: 'opened', dialog: effect.decision });
          return;
        }
        setFailure(undefined);
        decide({ kind: 'approve' }).catch(setFailure);
    }
  };
  const run = (steps: readonly WorkStep[]): void => {
    for (const step of steps) {
      if (isEffect(step)) affect(step);
      else happen(step);
    }
  };
  const act = (action: ReviewAction): void => {
    run(stepsOf(action, facts));
  };
  useKeyActions(state.dialog === undefined && state.picking?.byKey !== true, act);

  const isSaving = pending.length > 0 && queue.halt === null;
  return {
    ...facts,
    used,
    classes,
    pages,
    viewer,
    openCount,
    isRenumbering,
    isSaving,
    failure,
    act,
    run,
    decide,
  };
}

/** Gives an item the focus. One that has just been asked for can have it only once it is there. */
function useFocus(focus: WorkState['focus']): void {
  const wanted = useRef<string>(undefined);
  useEffect(() => {
    wanted.current = focus?.id;
  }, [focus]);
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = document.querySelector<HTMLElement>(`[data-item="${CSS.escape(wanted.current)}"]`);
    if (element === null) return;
    wanted.current = undefined;
    element.focus();
  });
}
