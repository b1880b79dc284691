import { useState } from 'react';
import { wordsOf } from '../model/format.ts';
import { useTexts } from '../strings/strings.ts';
import { Choice } from '../ui/choice.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import type { Decided } from './task-session.ts';

interface DialogProps {
  readonly onDecide: (decided: Decided) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before a document is approved with values that nobody has looked at. */
export function ApproveAnyway({ left, onDecide, onClose }: DialogProps & { readonly left: number }) {
  const { t } = useTexts();
  return (
    <Confirmation
      title={t.review.approveTitle}
      text={t.review.approveText(left)}
      yes={t.review.approveYes}
      hasFocus
      onConfirm={() => onDecide({ kind: 'approve' })}
      onClose={onClose}
    />
  );
}

export function Reject({ onDecide, onClose }: DialogProps) {
  const { t } = useTexts();
  return (
    <Confirmation
      title={t.review.rejectTitle}
      text={t.review.rejectText}
      yes={t.review.reject}
      reasonHint={t.review.reasonHint}
      isDanger
      needsReason
      onConfirm={(reason) => onDecide({ kind: 'reject', reason })}
      onClose={onClose}
    />
  );
}

const stages = ['extraction', 'classification', 'ocr'] as const;
const routes = ['auto', 'accurate', 'fast'] as const;

/** Sends a document back to a stage, with what the machine shall do otherwise. */
export function SendBack({
  classes,
  onDecide,
  onClose,
}: DialogProps & { readonly classes: readonly string[] }) {
  const { t } = useTexts();
  const [stage, setStage] = useState<(typeof stages)[number]>('extraction');
  const [documentClass, setClass] = useState('');
  const [route, setRoute] = useState<(typeof routes)[number]>('accurate');
  return (
    <Confirmation
      title={t.review.sendBackTitle}
      text={t.review.sendBackText}
      yes={t.review.sendBack}
      reasonHint={t.review.reasonHint}
      needsReason
      onConfirm={(reason) =>
        onDecide({
          kind: 'send_back',
          reason,
          stage,
          ...(documentClass === '' ? {} : { documentClass }),
          ...(stage === 'ocr' ? { route } : {}),
        })
      }
      onClose={onClose}
    >
      <Choice
        label={t.review.stage}
        value={stage}
        options={stages.map((value) => ({ value, text: t.review.stages[value] }))}
        onChange={setStage}
      />
      <Choice
        label={t.review.asClass}
        value={documentClass}
        options={[
          { value: '', text: t.review.asFound },
          ...classes.map((value) => ({ value, text: wordsOf(value) })),
        ]}
        onChange={setClass}
      />
      {stage === 'ocr' && (
        <Choice
          label={t.review.route}
          value={route}
          options={routes.map((value) => ({ value, text: t.review.routes[value] }))}
          onChange={setRoute}
        />
      )}
    </Confirmation>
  );
}

export function Skip({
  onSkip,
  onClose,
}: {
  readonly onSkip: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const { t } = useTexts();
  return (
    <Confirmation
      title={t.review.skipTitle}
      text={t.review.skipText}
      yes={t.review.skip}
      reasonHint={t.review.reasonHint}
      needsReason
      onConfirm={onSkip}
      onClose={onClose}
    />
  );
}
