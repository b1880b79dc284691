/**
 * How a record proves its tenant. `signature`: a header that a key of the tenant, or of the fleet, signed. `broker`:
 * permissions on the brokers give each intake topic to one tenant. `off`: not at all.
 */
export const proofModes = ['signature', 'broker', 'off'] as const;
export type ProofMode = (typeof proofModes)[number];

/** Ids of keys that begin so are the fleet's: no tenant has one. */
export const fleetKeyPrefix = 'fleet.';
