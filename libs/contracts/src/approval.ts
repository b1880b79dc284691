import type { DocumentClass } from './document-class.ts';

/** Which documents of a class are approved without a person. */
export interface ApprovalRule {
  /** Fields that must be right. */
  readonly decisive: readonly string[];
  /** Share of the approved documents in which they all must be right. */
  readonly target: number;
}

/** The target where nobody has set one: at most 2 % of the approved documents have a wrong decisive field (D-17). */
const defaultTarget = 0.98;

/** What the class file says, else: all required fields, 0.98. */
export function approvalRuleOf({
  approval,
  fields,
}: Pick<DocumentClass, 'approval' | 'fields'>): ApprovalRule {
  return {
    decisive: approval?.decisive ?? fields.filter(({ required }) => required).map(({ name }) => name),
    target: approval?.target ?? defaultTarget,
  };
}

/** The class as it is before training has calibrated its confidences. */
export function withoutCalibration(documentClass: DocumentClass): DocumentClass {
  return Object.fromEntries(
    Object.entries(documentClass).filter(([key]) => key !== 'calibration'),
  ) as unknown as DocumentClass;
}
