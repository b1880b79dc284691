import type { Tenant as TenantData, TenantQuotas } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { quotaNames, quotasOf, textsOf } from '../model/quotas.ts';
import { useAddressId } from '../address.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { AskedButton } from '../ui/asked-button.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Notice, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { Keys } from './keys.tsx';
import { ReviewPolicy } from './review-policy.tsx';
import { TenantState } from './tenants.tsx';
import { Used } from './usage.tsx';

/** One tenant, as a fleet role sees it. */
export function Tenant(): ReactNode {
  const { t } = useTexts();
  const { client, may } = useApi();
  const tenantId = useAddressId('tenantId');
  const tenants = useQuery({
    queryKey: ['tenants'],
    queryFn: ({ signal }) => client.listTenants({ signal }),
  });
  const usage = useQuery({
    queryKey: ['usage', tenantId],
    queryFn: ({ signal }) => client.getTenantUsage({ tenantId }, { signal }),
  });
  const quotas = useQuery({
    queryKey: ['quotas', tenantId],
    queryFn: ({ signal }) => client.getTenantQuotas({ tenantId }, { signal }),
  });
  return (
    <>
      <Answered query={tenants}>
        {(all) => {
          const tenant = all.tenants.find((each) => each.tenantId === tenantId);
          return tenant === undefined ? <Empty>{t.problem.notFound}</Empty> : <Head tenant={tenant} />;
        }}
      </Answered>
      <Answered query={usage}>{(data) => <Used usage={data} />}</Answered>
      <Answered query={quotas}>
        {(data) => may('manageTenants') && <Quotas key={tenantId} tenantId={tenantId} quotas={data} />}
      </Answered>
      <ReviewPolicy key={`review of ${tenantId}`} tenantId={tenantId} heading={t.policy.title} />
      {may('manageKeys') && <Keys tenantId={tenantId} />}
    </>
  );
}

function Head({ tenant }: { readonly tenant: TenantData }) {
  const { t } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const { tenantId, name, suspendedAt } = tenant;
  const read = () => queries.invalidateQueries({ queryKey: ['tenants'] });
  const resume = useMutation({ mutationFn: () => client.resumeTenant({ tenantId }), onSuccess: read });
  return (
    <>
      <PageHeader title={name}>
        <TenantState isSuspended={suspendedAt !== null} />
        <Link to="/documents" search={{ tenant: tenantId }}>
          {t.nav.documents}
        </Link>
        {may('manageTenants') &&
          (suspendedAt === null ? (
            <AskedButton
              label={t.tenants.suspend}
              title={t.tenants.suspendTitle(name)}
              text={t.tenants.suspendText}
              yes={t.tenants.suspend}
              isDanger
              onConfirm={async () => {
                await client.suspendTenant({ tenantId });
                await read();
              }}
            />
          ) : (
            <Button
              isDisabled={resume.isPending}
              onPress={() => {
                resume.mutate();
              }}
            >
              {t.tenants.resume}
            </Button>
          ))}
      </PageHeader>
      {resume.error !== null && <Problem error={resume.error} />}
    </>
  );
}

function Quotas(props: { readonly tenantId: string; readonly quotas: TenantQuotas }) {
  const { t } = useTexts();
  const { client } = useApi();
  const { tenantId, quotas } = props;
  const [texts, setTexts] = useState(() => textsOf(quotas));
  const read = quotasOf(texts, quotas.intakePreset);
  const faults = 'faults' in read ? read.faults : [];
  const save = useMutation({
    mutationFn: (body: TenantQuotas) => client.setTenantQuotas({ tenantId, body }),
  });
  return (
    <section aria-labelledby="quotas">
      <h2 id="quotas">{t.tenants.quotas}</h2>
      <p className="hint">{t.tenants.quotasHint}</p>
      {save.error !== null && <Problem error={save.error} />}
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if ('quotas' in read) save.mutate(read.quotas);
        }}
      >
        {quotaNames.map((name) => (
          <TextControl
            key={name}
            label={t.usage.quota[name]}
            inputMode="decimal"
            value={texts[name]}
            isInvalid={faults.includes(name)}
            onChange={(text) => {
              setTexts({ ...texts, [name]: text });
            }}
          />
        ))}
        <Button type="submit" look="primary" isDisabled={faults.length > 0 || save.isPending}>
          {t.documents.save}
        </Button>
      </form>
      {save.isSuccess && <Notice>{t.tenants.saved}</Notice>}
    </section>
  );
}
