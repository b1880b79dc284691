import { addableFields, classOf } from '../model/work-place.ts';
import { addSteps } from '../model/work-steps.ts';
import { AddField } from './add-field.tsx';
import { ApproveAnyway, Reject, SendBack, Skip } from './decisions.tsx';
import { HistoryDialog } from './history.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import type { Work } from './use-work.ts';

/** The dialog that is open over the work place. */
export function WorkDialogs({
  work,
  onSkip,
}: {
  readonly work: Work;
  readonly onSkip: (reason: string) => Promise<unknown>;
}) {
  const { state, items, documents, classes, openCount, used, decide, run } = work;
  const { task } = used.state;
  const onClose = (): void => {
    run([{ kind: 'closed' }]);
  };
  switch (state.dialog) {
    case undefined:
      return null;
    case 'approve':
      return <ApproveAnyway left={openCount} onDecide={decide} onClose={onClose} />;
    case 'reject':
      return <Reject onDecide={decide} onClose={onClose} />;
    case 'sendBack':
      return <SendBack classes={task.classes} onDecide={decide} onClose={onClose} />;
    case 'skip':
      return <Skip onSkip={onSkip} onClose={onClose} />;
    case 'keys':
      return <KeysDialog onClose={onClose} />;
    case 'history':
      return <HistoryDialog taskId={task.taskId} onClose={onClose} />;
    case 'add':
      return (
        <AddField
          choices={documents.map((document) => ({
            document: document.index,
            fields: addableFields(document, classOf(document, classes), items),
          }))}
          first={items.find(({ id }) => id === state.currentId)?.document ?? 1}
          onAdd={(document, field) => {
            run(addSteps(document, field));
          }}
          onClose={onClose}
        />
      );
  }
}
