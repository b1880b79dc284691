import type { Removal } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';

/**
 * Refuses what concerns a run whose data were removed: it is neither found nor begun again.
 *
 * @throws FailureError `ERASED`, `DATA_EXPIRED`
 */
export function refuseRemoved(removal: Removal | undefined): void {
  switch (removal) {
    case undefined:
      return;
    case 'erased':
      throw new FailureError('ERASED');
    case 'expired':
      throw new FailureError('DATA_EXPIRED');
  }
}
