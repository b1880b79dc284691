/**
 * Whether an address points at what another tenant, or the fleet itself, keeps in the fleet's bucket. The fleet reads
 * with its own rights, so without this a tenant could have anybody's papers read by naming them.
 *
 * @param ownBucket address of the fleet's bucket, ending with a slash
 */
export function isOthersObject(uri: string, tenantId: string, ownBucket: string): boolean {
  if (!uri.startsWith(ownBucket)) return false;
  const key = uri.slice(ownBucket.length);
  if (key.startsWith('runs/') || key.startsWith('claims/')) return true;
  return key.startsWith('uploads/') && !key.startsWith(`uploads/${encodeURIComponent(tenantId)}/`);
}
