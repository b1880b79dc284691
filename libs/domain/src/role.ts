/** Roles of the people and programs of a tenant. Their keys reach that tenant only. */
export const tenantRoles = ['producer', 'viewer', 'reviewer', 'tenant-admin'] as const;
export type TenantRole = (typeof tenantRoles)[number];

/** Roles of those who run the fleet. Their keys belong to no tenant and reach no content of documents. */
export const fleetRoles = ['operator', 'fleet-admin'] as const;
export type FleetRole = (typeof fleetRoles)[number];

/** Roles of API keys; each key has one. */
export const roles = [...tenantRoles, ...fleetRoles] as const;
export type Role = (typeof roles)[number];

export function isFleetRole(role: Role): role is FleetRole {
  return fleetRoles.some((each) => each === role);
}

/** The role of a caller and the tenant it belongs to; fleet roles belong to none. */
export type KeyScope =
  | { readonly role: TenantRole; readonly tenantId: string }
  | { readonly role: FleetRole; readonly tenantId: null };
