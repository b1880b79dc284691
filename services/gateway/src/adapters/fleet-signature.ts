import type { Clock } from '@docfleet/domain';
import { proofHeader, readPrivateKey, signRecord, type ProvenRecord } from '@docfleet/tenant-proof';
import type { GatewaySettings } from '../config.ts';

/** The header that proves a record, or none where nothing is signed. To be made right before the record is sent. */
export type RecordSigner = (record: ProvenRecord) => Readonly<Record<string, string>>;

/** Signs nothing: for fleets that do not verify tenants. */
export const unsigned: RecordSigner = () => ({});

/** Signs with the fleet's key. The settings have been checked: a key that is needed is there. */
export function fleetSigner(
  { FLEET_PROOF_KEY_ID, FLEET_PROOF_PRIVATE_KEY }: GatewaySettings,
  clock: Clock,
): RecordSigner {
  if (FLEET_PROOF_PRIVATE_KEY === undefined || FLEET_PROOF_KEY_ID === undefined) return unsigned;
  const key = {
    keyId: FLEET_PROOF_KEY_ID,
    algorithm: 'ed25519' as const,
    privateKey: readPrivateKey(FLEET_PROOF_PRIVATE_KEY),
  };
  return (record) => ({ [proofHeader]: signRecord(record, key, clock.now()) });
}
