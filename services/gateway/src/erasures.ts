import type { Erasure } from '@docfleet/contracts';
import {
  erasureRequestsIn,
  runOverviewsIn,
  runsIn,
  tenantsIn,
  type KeyHolder,
  type Session,
} from '@docfleet/database';
import { FailureError, type Clock } from '@docfleet/domain';
import type { AsCaller } from './adapters/caller-session.ts';
import { noteChange } from './audit-note.ts';
import { refuseRemoved } from './core/removed-run.ts';

/** Requests for erasure. The service `retention` executes them. Each new one writes a row of `audit`. */
export interface Erasures {
  /** @throws FailureError `NOT_FOUND`, `ERASED`, `DATA_EXPIRED` */
  requestRun(caller: KeyHolder, runId: string): Promise<Erasure>;
  /**
   * Everything of the tenant that began before now. A tenant without a row may have runs as well.
   *
   * @throws FailureError `NOT_FOUND` for one that has neither
   */
  requestTenant(caller: KeyHolder, tenantId: string): Promise<Erasure>;
  /** @throws FailureError `NOT_FOUND`, also for one of another tenant */
  find(caller: KeyHolder, erasureId: string): Promise<Erasure>;
}

export function createErasures(asCaller: AsCaller, clock: Clock): Erasures {
  const request = async (
    session: Session,
    caller: KeyHolder,
    what: { readonly tenantId: string; readonly runId: string | null },
  ): Promise<Erasure> => {
    const at = clock.now();
    const { erasure, isNew } = await erasureRequestsIn(session).request({ ...what, at, by: caller.keyId });
    if (!isNew) return erasure;
    const { tenantId, runId } = what;
    await noteChange(session, caller, at, {
      tenantId,
      action: runId === null ? 'tenant.erase' : 'run.erase',
      subject: runId ?? tenantId,
      detail: { erasureId: erasure.erasureId },
    });
    return erasure;
  };
  return {
    requestRun: (caller, runId) =>
      asCaller(caller, async (session) => {
        const run = await tenantOfRun(session, caller, runId);
        if (run === undefined) {
          refuseRemoved(await erasureRequestsIn(session).removalOf(runId));
          throw new FailureError('NOT_FOUND');
        }
        return request(session, caller, { tenantId: run.tenantId, runId });
      }),
    requestTenant: (caller, tenantId) =>
      asCaller(caller, async (session) => {
        if (!(await isKnown(session, tenantId))) throw new FailureError('NOT_FOUND');
        return request(session, caller, { tenantId, runId: null });
      }),
    find: (caller, erasureId) =>
      asCaller(caller, async (session) => {
        const erasure = await erasureRequestsIn(session).find(erasureId);
        if (erasure === undefined) throw new FailureError('NOT_FOUND');
        return erasure;
      }),
  };
}

async function isKnown(session: Session, tenantId: string): Promise<boolean> {
  if ((await tenantsIn(session).find(tenantId)) !== undefined) return true;
  return (await runOverviewsIn(session).list({ tenantId, limit: 1 })).length > 0;
}

function tenantOfRun(
  session: Session,
  { tenantId }: KeyHolder,
  runId: string,
): Promise<{ readonly tenantId: string } | undefined> {
  return tenantId === null ? runOverviewsIn(session).find(runId) : runsIn(session).find(runId);
}
