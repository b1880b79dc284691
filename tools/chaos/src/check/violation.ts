/** A guarantee that the final state breaks. */
export interface Violation {
  readonly kind:
    | 'lost'
    | 'duplicated'
    | 'no-outcome'
    | 'no-bundle'
    | 'mismatch'
    | 'unpublished'
    | 'unknown-run'
    | 'record-outcome'
    | 'rejected-twice'
    | 'wrong-status'
    | 'lost-decision'
    | 'lost-correction'
    | 'read-model'
    | 'accounting'
    | 'batch'
    | 'webhook'
    | 'lag'
    | 'redelivered'
    | 'leftover';
  readonly runId: string | null;
  readonly detail: string;
}
