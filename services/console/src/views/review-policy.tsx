import type { TenantReview } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { policyKinds, policyOf, textsOfPolicy } from '../model/review-policy.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { TextControl } from '../ui/text-control.tsx';

/** Which documents of a tenant wait for a person, and above which amount two have to approve. */
export function ReviewPolicy({
  tenantId,
  heading,
}: {
  readonly tenantId: string;
  readonly heading?: string;
}) {
  const { client, may } = useApi();
  const policy = useQuery({
    queryKey: ['review-policy', tenantId],
    queryFn: ({ signal }) => client.readTenantReview({ tenantId }, { signal }),
    enabled: may('readReviewPolicy'),
  });
  if (!may('readReviewPolicy')) return null;
  return <Answered query={policy}>{(data) => <Form {...{ tenantId, heading }} policy={data} />}</Answered>;
}

function Form({
  tenantId,
  heading,
  policy,
}: {
  readonly tenantId: string;
  readonly heading: string | undefined;
  readonly policy: TenantReview;
}) {
  const { t } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const [texts, setTexts] = useState(() => textsOfPolicy(policy));
  const read = policyOf(texts);
  const faults = 'faults' in read ? read.faults : [];
  const save = useMutation({
    mutationFn: (body: TenantReview) => client.setTenantReview({ tenantId, body }),
    onSuccess: (stored) => {
      queries.setQueryData(['review-policy', tenantId], stored);
    },
  });
  const maySet = may('setReviewPolicy');
  return (
    <section aria-label={t.policy.title}>
      {heading !== undefined && <h2>{heading}</h2>}
      <p className="hint">{t.policy.hint}</p>
      {save.error !== null && <Problem error={save.error} />}
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if ('policy' in read) save.mutate(read.policy);
        }}
      >
        <Choice
          label={t.policy.which}
          value={texts.kind}
          options={policyKinds.map((value) => ({ value, text: t.policy.kinds[value] }))}
          isDisabled={!maySet}
          onChange={(kind) => {
            setTexts({ ...texts, kind });
          }}
        />
        {texts.kind === 'sample' && (
          <TextControl
            label={t.policy.percent}
            inputMode="numeric"
            value={texts.percent}
            isInvalid={faults.includes('percent')}
            isReadOnly={!maySet}
            onChange={(percent) => {
              setTexts({ ...texts, percent });
            }}
          />
        )}
        <TextControl
          label={t.policy.fourEyesAbove}
          inputMode="decimal"
          value={texts.fourEyesAbove}
          isInvalid={faults.includes('fourEyesAbove')}
          isReadOnly={!maySet}
          onChange={(fourEyesAbove) => {
            setTexts({ ...texts, fourEyesAbove });
          }}
        />
        {maySet && (
          <Button type="submit" look="primary" isDisabled={faults.length > 0 || save.isPending}>
            {t.documents.save}
          </Button>
        )}
      </form>
      {save.isSuccess && <Notice>{t.policy.saved}</Notice>}
    </section>
  );
}
