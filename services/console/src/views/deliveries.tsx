import type { WebhookDeliveryPage } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Details } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';

type Delivery = WebhookDeliveryPage['deliveries'][number];

const states = ['pending', 'delivered', 'failed'] as const satisfies readonly Delivery['state'][];
const tones = { pending: 'busy', delivered: 'good', failed: 'bad' } as const;

/** What was sent to webhooks, each with its attempts, and sending it again. */
export function Deliveries() {
  const { t, format } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  const [state, setState] = useState<(typeof states)[number] | ''>('');
  const [openId, setOpenId] = useState<string>();
  const replay = useMutation({
    mutationFn: (deliveryId: string) => client.replayWebhookDelivery({ deliveryId }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks', 'deliveries'] }),
  });
  return (
    <section aria-labelledby="deliveries">
      <div className="section-header">
        <h2 id="deliveries">{t.webhooks.log}</h2>
        <Choice
          label={t.webhooks.state}
          value={state}
          options={[
            { value: '', text: t.all },
            ...states.map((value) => ({ value, text: t.webhooks.states[value] })),
          ]}
          onChange={setState}
        />
      </div>
      {replay.error !== null && <Problem error={replay.error} />}
      {replay.isSuccess && <Notice>{t.webhooks.replayed}</Notice>}
      <Paged
        queryKey={['webhooks', 'deliveries', state]}
        read={(cursor, signal) =>
          client.listWebhookDeliveries({ cursor, ...(state === '' ? {} : { state }) }, { signal })
        }
        rowsOf={({ deliveries }) => deliveries}
        everyMs={5_000}
      >
        {(rows) => (
          <Table
            caption={t.webhooks.log}
            rows={rows}
            keyOf={({ deliveryId }) => deliveryId}
            empty={t.webhooks.noDeliveries}
            columns={[
              {
                id: 'type',
                header: t.webhooks.type,
                cell: ({ type, deliveryId }) => (
                  <Button
                    look="quiet"
                    onPress={() => {
                      setOpenId(deliveryId);
                    }}
                  >
                    {type}
                  </Button>
                ),
              },
              { id: 'subject', header: t.webhooks.subject, kind: 'wide', cell: ({ subject }) => subject },
              {
                id: 'state',
                header: t.webhooks.state,
                cell: (delivery) => (
                  <Badge tone={tones[delivery.state]} text={t.webhooks.states[delivery.state]} />
                ),
              },
              { id: 'problem', header: t.webhooks.answer, cell: ({ problem }) => problem ?? '' },
              {
                id: 'attempts',
                header: t.webhooks.attempts,
                kind: 'number',
                cell: ({ attempts }) => format.number(attempts),
              },
              {
                id: 'created',
                header: t.webhooks.created,
                cell: ({ createdAt }) => format.time(createdAt),
              },
              {
                id: 'action',
                header: t.actions,
                cell: ({ deliveryId, type, links }) =>
                  links.replay !== null && (
                    <Button
                      aria-label={`${t.webhooks.replay}: ${type}`}
                      isDisabled={replay.isPending}
                      onPress={() => {
                        replay.mutate(deliveryId);
                      }}
                    >
                      {t.webhooks.replay}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {openId !== undefined && (
        <Details
          title={t.webhooks.attempts}
          onClose={() => {
            setOpenId(undefined);
          }}
        >
          <Attempts deliveryId={openId} />
        </Details>
      )}
    </section>
  );
}

function Attempts({ deliveryId }: { readonly deliveryId: string }) {
  const { t, format } = useTexts();
  const { client } = useApi();
  const delivery = useQuery({
    queryKey: ['webhooks', 'delivery', deliveryId],
    queryFn: ({ signal }) => client.readWebhookDelivery({ deliveryId }, { signal }),
  });
  return (
    <Answered query={delivery}>
      {({ log, url, type }) => (
        <>
          <p>
            {type} · {url ?? t.webhooks.callback}
          </p>
          <Table
            caption={t.webhooks.attempts}
            rows={log}
            keyOf={({ number }) => String(number)}
            empty={t.webhooks.noDeliveries}
            columns={[
              { id: 'number', header: t.webhooks.attempts, cell: ({ number }) => format.number(number) },
              { id: 'at', header: t.operations.at, cell: ({ at }) => format.exactTime(at) },
              {
                id: 'took',
                header: t.webhooks.took,
                kind: 'number',
                cell: ({ durationMs }) => format.duration(durationMs),
              },
              { id: 'status', header: t.webhooks.status, cell: ({ status }) => status ?? '' },
              { id: 'problem', header: t.webhooks.answer, cell: ({ problem }) => problem ?? '' },
            ]}
          />
        </>
      )}
    </Answered>
  );
}
