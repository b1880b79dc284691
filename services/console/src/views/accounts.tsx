import type { FleetAccounts } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Table } from '../ui/table.tsx';

type Account = FleetAccounts['accounts'][number];

/** Whether everything that was accepted has ended, is open, or is held by people; by tenant. */
export function Accounts() {
  const { t, format } = useTexts();
  const { client } = useApi();
  const accounts = useQuery({
    queryKey: ['fleet', 'accounts'],
    queryFn: ({ signal }) => client.readFleetAccounts({ signal }),
    refetchInterval: 5_000,
  });
  const number = (id: string, header: string, of: (account: Account) => number) =>
    ({ id, header, kind: 'number', cell: (account: Account) => format.number(of(account)) }) as const;
  return (
    <>
      <p className="hint">{t.operations.accountsHint}</p>
      <Answered query={accounts}>
        {({ accounts: rows }) => (
          <Table
            caption={t.operations.accounts}
            rows={rows}
            keyOf={({ tenantId }) => tenantId}
            empty={t.none}
            columns={[
              { id: 'tenant', header: t.tenants.id, cell: ({ tenantId }) => tenantId },
              number('accepted', t.status.accepted, ({ accepted }) => accepted),
              number(
                'completed',
                t.status.completed,
                ({ ended }) => ended.completed + ended.completed_with_gaps,
              ),
              number('failed', t.status.failed, ({ ended }) => ended.failed),
              number('cancelled', t.status.cancelled, ({ ended }) => ended.cancelled),
              number('expired', t.status.expired, ({ ended }) => ended.expired),
              number('open', t.operations.open, ({ open }) => open),
              number('held', t.operations.held, ({ held }) => held),
              {
                id: 'difference',
                header: t.operations.difference,
                kind: 'number',
                cell: ({ difference }) =>
                  difference === 0 ? '0' : <Badge tone="bad" text={format.number(difference)} />,
              },
            ]}
          />
        )}
      </Answered>
    </>
  );
}
