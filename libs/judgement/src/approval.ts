import { approvalRuleOf } from '@docfleet/contracts';
import type { Finding } from '@docfleet/domain';
import type { JudgedDocument } from './judged-document.ts';

/**
 * A finding where the decisive fields of a document are less sure to be right than the target of its class asks for. Without
 * a calibrated confidence there is none, and the thresholds of the fields decide alone.
 */
export function approvalFindings({ documentClass, fields }: JudgedDocument): readonly Finding[] {
  const { approval } = fields;
  const { target } = approvalRuleOf(documentClass);
  if (approval === undefined || approval.assured >= target) return [];
  return [
    {
      code: 'APPROVAL_UNSURE',
      severity: 'review',
      fields: approval.fields,
      message:
        `Of documents that were as sure, ${percent(approval.assured)} or more are right in ${approval.fields.join(', ')}; ` +
        `approval without a person needs ${percent(target)}.`,
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
