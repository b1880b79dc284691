/** A fleet that pages are run against, and what runs them. */
export interface PageFleet {
  /** Search path of programs. */
  readonly path: string;
  readonly home: string;
  readonly api: string;
  /** Of the tenant `development`, with the role tenant-admin. */
  readonly apiKey: string;
  readonly brokers: string;
  readonly registry: string;
  readonly s3: {
    readonly endpoint: string;
    readonly region: string;
    readonly bucket: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** Folder of the program; undefined where it cannot be had. */
  readonly kcat: string | undefined;
  /** Whether records are accepted without a signature. */
  readonly takesUnsigned: boolean;
}

const tenant = 'development';

/** The variables that the pages for integrators read. Blocks that need one that is missing are not run. */
export function environmentOfPages(fleet: PageFleet): Readonly<Record<string, string>> {
  const { path, home, api, apiKey, brokers, registry, s3, kcat, takesUnsigned } = fleet;
  return {
    PATH: kcat === undefined ? path : `${kcat}:${path}`,
    HOME: home,
    DOCFLEET_API: api,
    DOCFLEET_API_KEY: apiKey,
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registry,
    S3_ENDPOINT: s3.endpoint,
    S3_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    TENANT_ID: tenant,
    INBOX: `${s3.bucket}/uploads/${tenant}/inbox`,
    ...(kcat === undefined ? {} : { KCAT: 'kcat' }),
    ...(takesUnsigned ? { UNSIGNED_TOPIC: 'documents.normal' } : {}),
  };
}
