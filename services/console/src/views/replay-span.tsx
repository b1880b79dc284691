import type { Webhook } from '@docfleet/client';
import { useState } from 'react';
import { instantOf, localText } from '../model/local-time.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Choice } from '../ui/choice.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { TextControl } from '../ui/text-control.tsx';

const dayMs = 86_400_000;
const states = ['failed', 'delivered'] as const;

/** Sends again what was sent to a webhook within a span of time. */
export function ReplaySpan(props: {
  readonly webhook: Webhook;
  /** How many deliveries will be sent again. */
  readonly onDone: (count: number) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTexts();
  const { client } = useApi();
  const { webhook, onDone, onClose } = props;
  const [from, setFrom] = useState(() => localText(Date.now() - dayMs));
  const [to, setTo] = useState(() => localText(Date.now()));
  const [state, setState] = useState<(typeof states)[number] | ''>('failed');
  const replay = async (): Promise<void> => {
    const until = instantOf(to);
    let since = instantOf(from);
    if (since === undefined || until === undefined) throw new Error(t.webhooks.spanFault);
    let count = 0;
    // A call sends 1,000 again at most, and says where the next one begins.
    for (let next: string | null = since; next !== null;) {
      since = next;
      const body = { since, until, ...(state === '' ? {} : { state }) };
      const answer = await client.replayWebhook({ endpointId: webhook.endpointId, body });
      count += answer.replayed;
      next = answer.next === since ? null : answer.next;
    }
    onDone(count);
  };
  return (
    <Confirmation
      title={t.webhooks.replaySpan}
      text={webhook.url}
      yes={t.webhooks.replay}
      onConfirm={replay}
      onClose={onClose}
    >
      <TextControl
        label={t.webhooks.from}
        type="datetime-local"
        value={from}
        onChange={setFrom}
        isRequired
        autoFocus
      />
      <TextControl label={t.webhooks.to} type="datetime-local" value={to} onChange={setTo} isRequired />
      <Choice
        label={t.webhooks.state}
        value={state}
        options={[
          ...states.map((value) => ({ value, text: t.webhooks.states[value] })),
          { value: '', text: t.all },
        ]}
        onChange={setState}
      />
    </Confirmation>
  );
}
