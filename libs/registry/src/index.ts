export { registerSchemas, type RegistrationReport } from './register-schemas.ts';
export { IncompatibleSchemaError, openRegistryApi, type RegistryApi } from './registry-api.ts';
export { openRegistryCodec, type RegistryOptions } from './registry-codec.ts';
