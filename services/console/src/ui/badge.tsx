import type { Job } from '@docfleet/client';
import { certaintyOf } from '../model/certainty.ts';
import { useTexts } from '../strings/strings.ts';

/** How something stands: a word with a mark, so that colour is not needed to read it. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

const marks: Readonly<Record<Tone, string>> = { good: '●', busy: '◐', warn: '▲', bad: '■', idle: '○' };

export function Badge({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return (
    <span className={`badge ${tone}`}>
      <span aria-hidden="true">{marks[tone]}</span> {text}
    </span>
  );
}

const toneOfStatus: Readonly<Record<Job['status'], Tone>> = {
  accepted: 'idle',
  running: 'busy',
  in_review: 'warn',
  rejected: 'bad',
  completed: 'good',
  completed_with_gaps: 'warn',
  failed: 'bad',
  cancelled: 'idle',
  expired: 'bad',
};

export function StatusBadge({ status }: { readonly status: Job['status'] }) {
  const { t } = useTexts();
  return <Badge tone={toneOfStatus[status]} text={t.status[status]} />;
}

const toneOfVerdict = { approve: 'good', review: 'warn', reject: 'bad' } as const;

export function VerdictBadge({ verdict }: { readonly verdict: NonNullable<Job['verdict']> }) {
  const { t } = useTexts();
  return <Badge tone={toneOfVerdict[verdict]} text={t.verdict[verdict]} />;
}

const toneOfCertainty = { certain: 'good', likely: 'idle', doubtful: 'warn' } as const;

/** `isDoubted`: a rule doubts the value, however well it was read. */
export function CertaintyBadge(props: { readonly confidence: number; readonly isDoubted?: boolean }) {
  const { confidence, isDoubted = false } = props;
  const { t, format } = useTexts();
  const certainty = certaintyOf(confidence);
  return (
    <Badge
      tone={isDoubted ? 'warn' : toneOfCertainty[certainty]}
      text={`${t.certainty[certainty]}, ${format.percent(confidence)}`}
    />
  );
}
