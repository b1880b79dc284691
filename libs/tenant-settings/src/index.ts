export { tenantDirectory, type TenantDirectory, type Tenants } from './tenant-directory.ts';
