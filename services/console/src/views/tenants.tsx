import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Table } from '../ui/table.tsx';
import { TextControl } from '../ui/text-control.tsx';

/** All tenants of the fleet. */
export function Tenants(): ReactNode {
  const { t, format } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [tenantId, setTenantId] = useState('');
  const [name, setName] = useState('');
  const tenants = useQuery({
    queryKey: ['tenants'],
    queryFn: ({ signal }) => client.listTenants({ signal }),
  });
  return (
    <>
      <PageHeader title={t.tenants.title}>
        {may('manageTenants') && (
          <Button
            onPress={() => {
              setAdding(true);
            }}
          >
            {t.tenants.add}
          </Button>
        )}
      </PageHeader>
      <Answered query={tenants}>
        {({ tenants: rows }) => (
          <Table
            caption={t.tenants.title}
            rows={rows}
            keyOf={(tenant) => tenant.tenantId}
            empty={t.none}
            columns={[
              {
                id: 'id',
                header: t.tenants.id,
                cell: (tenant) => (
                  <Link to="/tenants/$tenantId" params={{ tenantId: tenant.tenantId }}>
                    {tenant.tenantId}
                  </Link>
                ),
              },
              { id: 'name', header: t.tenants.name, cell: (tenant) => tenant.name },
              {
                id: 'state',
                header: t.tenants.state,
                cell: ({ suspendedAt }) => <TenantState isSuspended={suspendedAt !== null} />,
              },
              {
                id: 'created',
                header: t.tenants.created,
                kind: 'wide',
                cell: ({ createdAt }) => format.time(createdAt),
              },
            ]}
          />
        )}
      </Answered>
      {isAdding && (
        <Confirmation
          title={t.tenants.add}
          yes={t.tenants.create}
          onConfirm={async () => {
            await client.createTenant({ body: { tenantId: tenantId.trim(), name: name.trim() } });
            await queries.invalidateQueries({ queryKey: ['tenants'] });
          }}
          onClose={() => {
            setAdding(false);
          }}
        >
          <TextControl label={t.tenants.id} value={tenantId} onChange={setTenantId} isRequired autoFocus />
          <TextControl label={t.tenants.name} value={name} onChange={setName} isRequired />
        </Confirmation>
      )}
    </>
  );
}

export function TenantState({ isSuspended }: { readonly isSuspended: boolean }) {
  const { t } = useTexts();
  return isSuspended ? (
    <Badge tone="bad" text={t.tenants.suspended} />
  ) : (
    <Badge tone="good" text={t.tenants.active} />
  );
}
