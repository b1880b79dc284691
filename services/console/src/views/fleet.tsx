import type { Fleet } from '@docfleet/client';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { Order } from '../model/orders.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { AskedButton } from '../ui/asked-button.tsx';

/** Interval at which the fleet is read, in milliseconds. */
const everyMs = 3_000;

export function useFleet(): UseQueryResult<Fleet> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['fleet'],
    queryFn: ({ signal }) => client.readFleet({ signal }),
    refetchInterval: everyMs,
  });
}

/** A button that gives an order to the fleet, once a reason was given. */
export function OrderButton(props: {
  readonly text: string;
  /** Says which order it is, where the text alone does not. */
  readonly label: string;
  readonly order: Order;
}) {
  const { t } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const { text, label, order } = props;
  if (!may('orderFleet')) return null;
  return (
    <AskedButton
      label={text}
      name={label}
      title={label}
      yes={t.operations.give}
      needsReason
      onConfirm={async (reason) => {
        await client.orderFleet({ body: { order, reason } });
        // Orders come back by way of the log, a moment later.
        await queries.invalidateQueries({ queryKey: ['fleet'] });
      }}
    />
  );
}
