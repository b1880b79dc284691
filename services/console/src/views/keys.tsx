import type { ApiKey } from '@docfleet/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { Table } from '../ui/table.tsx';
import { TextControl } from '../ui/text-control.tsx';

const roles = ['producer', 'viewer', 'reviewer', 'tenant-admin'] as const;

/** Time for which a rotated key is still accepted, in seconds: the text of the dialog says so. */
const graceSeconds = 3_600;

/** The keys of the own tenant. */
export function OwnKeys(): ReactNode {
  const { t } = useTexts();
  const { me } = useApi();
  return (
    <>
      <PageHeader title={t.keys.title} />
      {me.tenantId !== null && <Keys tenantId={me.tenantId} isWholePage />}
    </>
  );
}

/** What a person is about to do with a key. */
interface Asked {
  readonly kind: 'issue' | 'rotate' | 'revoke';
  readonly key?: ApiKey;
}

/** The keys of a tenant, and making, rotating and revoking them. */
export function Keys(props: { readonly tenantId: string; readonly isWholePage?: boolean }) {
  const { t, format } = useTexts();
  const { client } = useApi();
  const { tenantId, isWholePage = false } = props;
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const [secret, setSecret] = useState<string>();
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof roles)[number]>('producer');
  const keys = useQuery({
    queryKey: ['keys', tenantId],
    queryFn: ({ signal }) => client.listTenantKeys({ tenantId }, { signal }),
  });
  const nameOf = (key: ApiKey): string => key.name ?? key.prefix;
  const confirm = async (): Promise<void> => {
    const keyId = asked?.key?.keyId ?? '';
    switch (asked?.kind) {
      case 'issue': {
        const body = { role, ...(name.trim() === '' ? {} : { name: name.trim() }) };
        setSecret((await client.issueTenantKey({ tenantId, body })).key);
        break;
      }
      case 'rotate':
        setSecret((await client.rotateTenantKey({ tenantId, keyId, graceSeconds })).key);
        break;
      case 'revoke':
        await client.revokeTenantKey({ tenantId, keyId });
        break;
      case undefined:
        return;
    }
    await queries.invalidateQueries({ queryKey: ['keys', tenantId] });
  };
  return (
    <section aria-labelledby="keys">
      <div className="section-header">
        <h2 id="keys" className={isWholePage ? 'hidden' : ''}>
          {t.keys.title}
        </h2>
        <Button
          onPress={() => {
            setName('');
            setAsked({ kind: 'issue' });
          }}
        >
          {t.keys.add}
        </Button>
      </div>
      <Answered query={keys}>
        {({ keys: rows }) => (
          <Table
            caption={t.keys.title}
            rows={rows}
            keyOf={({ keyId }) => keyId}
            empty={t.keys.noKeys}
            columns={[
              { id: 'name', header: t.keys.name, cell: nameOf },
              { id: 'role', header: t.keys.role, cell: (key) => key.role },
              {
                id: 'prefix',
                header: t.keys.prefix,
                kind: 'wide',
                cell: ({ prefix }) => <code>{prefix}</code>,
              },
              {
                id: 'created',
                header: t.keys.created,
                kind: 'wide',
                cell: ({ createdAt }) => format.time(createdAt),
              },
              {
                id: 'used',
                header: t.keys.lastUsed,
                kind: 'wide',
                cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.keys.never : format.time(lastUsedAt)),
              },
              { id: 'state', header: t.keys.state, cell: (key) => <KeyState apiKey={key} /> },
              {
                id: 'action',
                header: t.actions,
                cell: (key) =>
                  key.revokedAt === null && (
                    <span className="inline">
                      <Button
                        aria-label={t.keys.rotateOf(nameOf(key))}
                        onPress={() => {
                          setAsked({ kind: 'rotate', key });
                        }}
                      >
                        {t.keys.rotate}
                      </Button>
                      <Button
                        aria-label={t.keys.revokeOf(nameOf(key))}
                        onPress={() => {
                          setAsked({ kind: 'revoke', key });
                        }}
                      >
                        {t.keys.revoke}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Answered>
      {asked !== undefined && (
        <Confirmation
          {...textsOf(asked.kind, t.keys)}
          isDanger={asked.kind === 'revoke'}
          onConfirm={confirm}
          onClose={() => {
            setAsked(undefined);
          }}
        >
          {asked.kind === 'issue' && (
            <>
              <TextControl label={t.keys.name} value={name} onChange={setName} autoFocus />
              <Choice
                label={t.keys.role}
                value={role}
                options={roles.map((value) => ({ value, text: value }))}
                onChange={setRole}
              />
            </>
          )}
        </Confirmation>
      )}
      {secret !== undefined && (
        <ShownOnce
          title={t.keys.title}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
          }}
        />
      )}
    </section>
  );
}

function textsOf(kind: Asked['kind'], t: ReturnType<typeof useTexts>['t']['keys']) {
  switch (kind) {
    case 'issue':
      return { title: t.add, yes: t.issue };
    case 'rotate':
      return { title: t.rotateTitle, text: t.rotateText, yes: t.rotate };
    case 'revoke':
      return { title: t.revokeTitle, text: t.revokeText, yes: t.revoke };
  }
}

function KeyState({ apiKey }: { readonly apiKey: ApiKey }) {
  const { t, format } = useTexts();
  if (apiKey.revokedAt !== null) return <Badge tone="idle" text={t.keys.revoked} />;
  if (apiKey.expiresAt === null) return <Badge tone="good" text={t.keys.active} />;
  return <Badge tone="warn" text={t.keys.expires(format.time(apiKey.expiresAt))} />;
}
