/** A server as a message names it. */
export interface NamedServer {
  /** For a person: `Kafka`. */
  readonly name: string;
  /** `host:port`, several separated by commas; without user and password. */
  readonly address: string;
  /** Prefix of the settings of its TLS: `KAFKA` for `KAFKA_TLS_CA_FILE`. */
  readonly prefix: string;
  /** Settings with which this process proves who it is, in words: `KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD`. */
  readonly credentials: string;
}

interface Explanation {
  readonly code: RegExp;
  readonly message?: RegExp;
  /** What is wrong and what to do. */
  readonly text: (server: NamedServer) => string;
}

/**
 * Failures that only a person can end, most specific first. Codes are those of Node's TLS, of PostgreSQL, of Kafka and of
 * S3; messages are for clients that pass on only the text.
 */
const explanations: readonly Explanation[] = [
  {
    code: /^CERT_HAS_EXPIRED$/,
    message: /certificate has expired/,
    text: () => 'its certificate has expired. Renew the certificate of the server',
  },
  {
    code: /^CERTIFICATE_NOT_PINNED$/,
    message: /not one of the pinned certificates/,
    text: ({ prefix }) =>
      `its certificate is none of those in ${prefix}_TLS_PIN_SHA256. If the server has a new certificate, add its fingerprint there; otherwise something else answers at this address`,
  },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    message: /does not match certificate's altnames/,
    text: ({ prefix }) =>
      `its certificate has another name. Connect to a name that it has, or set ${prefix}_TLS_SERVER_NAME`,
  },
  {
    code: /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|CERT_SIGNATURE_FAILURE)$/,
    message:
      /self[- ]signed certificate|unable to verify the first certificate|unable to get (local )?issuer certificate|certificate signature failure/,
    text: ({ prefix }) =>
      `its certificate does not come from a trusted authority. Set ${prefix}_TLS_CA_FILE to the certificate of the authority that issued it`,
  },
  {
    code: /^ERR_SSL_(TLSV13_ALERT_CERTIFICATE_REQUIRED|TLSV1_ALERT_UNKNOWN_CA|SSLV3_ALERT_(BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE))$/,
    message: /alert (certificate required|bad certificate|unknown ca|certificate unknown|handshake failure)/,
    text: ({ prefix }) =>
      `it refuses the certificate of this process. Set ${prefix}_TLS_CERT_FILE and ${prefix}_TLS_KEY_FILE to one that it trusts`,
  },
  {
    code: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    message: /wrong version number|packet length too long|server does not support SSL connections/,
    text: () => 'it does not speak TLS at this address. Connect to its TLS port, or switch TLS on there',
  },
  {
    code: /^(28P01|28000|SASL_AUTHENTICATION_FAILED|InvalidAccessKeyId|SignatureDoesNotMatch)$/,
    message:
      /authentication failed|WRONGPASS|NOAUTH|invalid username-password pair|token endpoint answered 4\d\d/i,
    text: ({ credentials }) => `it refuses the credentials of this process. Check ${credentials}`,
  },
  {
    code: /^(TOPIC|GROUP|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED$/,
    message: /(Topic|Group|Cluster|Transactional Id) authorization failed/,
    text: () =>
      'a permission is missing. Give the principal of this service its ACLs: npm run deploy -- --acls <prefix> creates them, and with --dry-run lists them',
  },
];

/**
 * One line about a failure that repeats until somebody changes a setting, a certificate or a permission: which server,
 * what is wrong, what to do. Undefined for every other failure, such as a server that does not answer. Holds no
 * secrets.
 */
export function explainFailure(server: NamedServer, error: unknown): string | undefined {
  for (const { codes, message } of causesOf(error)) {
    const found = explanations.find(
      (each) => codes.some((code) => each.code.test(code)) || each.message?.test(message) === true,
    );
    if (found !== undefined)
      return `${server.name} at ${server.address} cannot be used: ${found.text(server)}.`;
  }
  return undefined;
}

interface Cause {
  /** Where libraries put the kind of an error: `code` of Node and Postgres, `type` of Kafka, `name` of S3. */
  readonly codes: readonly string[];
  readonly message: string;
}

const maxCauses = 8;

/** The error and its causes, outermost first; a text counts as the message of an error. */
function causesOf(error: unknown): Cause[] {
  if (typeof error === 'string') return [{ codes: [], message: error }];
  const causes: Cause[] = [];
  for (
    let at: unknown = error;
    typeof at === 'object' && at !== null && causes.length < maxCauses;
    at = Reflect.get(at, 'cause')
  )
    causes.push({
      codes: [textOf(at, 'code'), textOf(at, 'type'), textOf(at, 'name')],
      message: textOf(at, 'message'),
    });
  return causes;
}

function textOf(from: object, name: string): string {
  const value: unknown = Reflect.get(from, name);
  return typeof value === 'string' ? value : '';
}
