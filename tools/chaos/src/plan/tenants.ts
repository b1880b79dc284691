/** The tenants of a run: the one of the development key, and another one. */
export const tenants = ['development', 'northwind'] as const;
export type Tenant = (typeof tenants)[number];
