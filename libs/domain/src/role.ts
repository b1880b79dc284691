/** Roles of API keys; each key has one. */
export const roles = ['producer', 'viewer', 'reviewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
