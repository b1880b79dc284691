import { fleetRoles, isTenantId, tenantRoles } from '@docfleet/domain';
import { z } from 'zod';

/** Signature algorithms that a token may have: asymmetric ones only, because its issuer alone may make it. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const name = z.string().min(1).max(200);

/** The name of a claim, or the names on the way to one that is inside of others. */
const claim = z.union([name.transform((only) => [only]), z.array(name).min(1).max(8)]);

const serverUrl = z
  .url({ protocol: /^https?$/, error: 'a URL' })
  .max(500)
  .refine((url) => url.startsWith('https://') || isLoopback(url), 'a URL starting with https://');

/** An identity provider whose tokens are accepted, and how its claims become a tenant and a role. */
export const oidcIssuerSchema = z.strictObject({
  /** Exactly as the claim `iss` has it. */
  issuer: serverUrl,
  /** The claim `aud` has to name one of these. */
  audience: z.union([name.transform((only) => [only]), z.array(name).min(1).max(10)]),
  /** Where its keys are; absent: where its discovery document says. */
  jwksUri: serverUrl.optional(),
  algorithms: z.array(z.enum(tokenAlgorithms)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  /** What the header `typ` may be, in lower case. */
  tokenTypes: z.array(z.string().max(50).toLowerCase()).min(1).max(10).default(['at+jwt', 'jwt']),
  /** The claim that names the tenant. */
  tenantClaim: claim.optional(),
  /** The tenant of every token, instead of a claim. */
  tenant: z.string().refine(isTenantId, 'the id of a tenant').optional(),
  /** The claim with one or more names of roles. */
  roleClaim: claim.default(['roles']),
  /** Role by its name at the provider; the first one that a token has is taken. */
  roleMap: z.record(name, z.enum(tenantRoles)).default({}),
  /** The same for tokens that name no tenant. */
  fleetRoleMap: z.record(name, z.enum(fleetRoles)).default({}),
  /** How people sign in to the console with it; absent: its tokens are for programs only. */
  console: z
    .strictObject({
      /** Of a public client (code flow with PKCE, no secret), whose redirect address is `<gateway>/console/sign-in`. */
      clientId: name,
      /** What the button says. */
      label: name.optional(),
      scope: z.string().min(1).max(500).default('openid'),
      /** The API at the provider (RFC 8707), where that decides the audience of a token. */
      resource: z.string().min(1).max(500).optional(),
      /** Further addresses of the provider that the browser has to reach, such as that of its token endpoint. */
      origins: z.array(serverUrl).max(5).default([]),
    })
    .optional(),
});

export type OidcIssuer = z.infer<typeof oidcIssuerSchema>;

export const oidcIssuersSchema = z
  .array(oidcIssuerSchema)
  .max(20)
  .refine(
    (issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length,
    'each issuer once',
  )
  .refine(
    (issuers) =>
      issuers.every(({ tenant, tenantClaim }) => tenant === undefined || tenantClaim === undefined),
    'tenant or tenantClaim, not both',
  )
  .refine(
    (issuers) =>
      issuers.every(({ roleMap, tenant, tenantClaim }) => {
        const namesTenant = tenant !== undefined || tenantClaim !== undefined;
        return Object.keys(roleMap).length === 0 || namesTenant;
      }),
    'tenant or tenantClaim where there is a roleMap',
  );

/** Tokens and keys of a provider on this machine cross no network. */
function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(URL.parse(url)?.hostname ?? '');
}
