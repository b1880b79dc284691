import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';
import { TextControl } from '../ui/text-control.tsx';

interface AuditFilter {
  readonly tenant?: string;
  readonly action?: string;
}

/** What was changed and read, and by whom. */
export function Audit(): ReactNode {
  const { t, format } = useTexts();
  const { client } = useApi();
  const [tenant, setTenant] = useState('');
  const [action, setAction] = useState('');
  const [filter, setFilter] = useState<AuditFilter>({});
  return (
    <>
      <PageHeader title={t.audit.title} />
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          setFilter({
            ...(tenant.trim() === '' ? {} : { tenant: tenant.trim() }),
            ...(action.trim() === '' ? {} : { action: action.trim() }),
          });
        }}
      >
        <TextControl label={t.audit.tenant} value={tenant} onChange={setTenant} />
        <TextControl label={t.audit.actionFilter} value={action} onChange={setAction} />
        <Button type="submit">{t.documents.search}</Button>
      </form>
      <Paged
        queryKey={['audit', filter]}
        read={(cursor, signal) => client.listAudit({ ...filter, cursor }, { signal })}
        rowsOf={({ rows }) => rows}
      >
        {(rows) => (
          <Table
            caption={t.audit.title}
            rows={rows}
            keyOf={({ id }) => id}
            empty={t.audit.none}
            columns={[
              { id: 'at', header: t.audit.at, kind: 'short', cell: ({ at }) => format.exactTime(at) },
              {
                id: 'who',
                header: t.audit.who,
                kind: 'short',
                cell: ({ actorSubject, actorKeyId, actorRole }) =>
                  `${actorSubject ?? actorKeyId?.slice(0, 8) ?? ''} (${actorRole})`,
              },
              { id: 'action', header: t.audit.action, cell: (row) => row.action },
              { id: 'tenant', header: t.audit.tenant, cell: ({ tenantId }) => tenantId ?? '' },
              { id: 'subject', header: t.audit.subject, kind: 'wide', cell: ({ subject }) => subject },
              { id: 'address', header: t.audit.address, kind: 'wide', cell: ({ address }) => address ?? '' },
              { id: 'status', header: t.audit.status, kind: 'wide', cell: ({ status }) => status ?? '' },
              {
                id: 'position',
                header: t.audit.position,
                kind: 'wide',
                cell: ({ position }) => position ?? t.audit.unsealed,
              },
            ]}
          />
        )}
      </Paged>
    </>
  );
}
