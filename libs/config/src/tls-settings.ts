import { accessSync, constants, readFileSync } from 'node:fs';
import { z } from 'zod';

const expectedFile = 'a readable file in PEM format';
const expectedPins = 'SHA-256 fingerprints of certificates (64 hexadecimal digits each), separated by commas';
const expectedName = 'the name in the certificate of the server';

/** The content of a file in PEM format; the setting names the file. */
function pemFile() {
  return z
    .string({ error: expectedFile })
    .trim()
    .transform((path, context) => {
      const pem = readText(path);
      if (pem?.includes('-----BEGIN ') === true) return pem;
      context.addIssue({ code: 'custom', message: expectedFile });
      return z.NEVER;
    });
}

/** A file that this process may read; the value stays its path, because the file is read again when it changes. */
export function readableFile() {
  return z
    .string({ error: expectedFile })
    .trim()
    .refine((path) => isReadable(path), expectedFile);
}

/** Fingerprints in lower case without colons, as `openssl x509 -fingerprint -sha256` prints them or without its colons. */
const fingerprints = z
  .string({ error: expectedPins })
  .transform((value) => value.split(',').map((pin) => pin.trim().replaceAll(':', '').toLowerCase()))
  .refine((pins) => pins.every((pin) => /^[0-9a-f]{64}$/.test(pin)), expectedPins);

/** How a client checks one server's certificate, and which certificate it shows itself. Files are read at the start. */
function tlsGroup() {
  return {
    /** Certificates of the authorities that this server's certificate may come from; default: those of Node. */
    CA_FILE: pemFile().optional(),
    CERT_FILE: pemFile().optional(),
    KEY_FILE: pemFile().optional(),
    /** Accept only these certificates of the server, besides the check against the authorities. */
    PIN_SHA256: fingerprints.optional(),
    /** Name that the certificate must have; default: the host that is connected to. */
    SERVER_NAME: z.string({ error: expectedName }).trim().min(1, expectedName).optional(),
  };
}

type TlsGroup = ReturnType<typeof tlsGroup>;

/** Settings of one server's TLS, by the prefix of their names: `tlsSettings('KAFKA')` has `KAFKA_TLS_CA_FILE`. */
export function tlsSettings<const P extends string>(
  prefix: P,
): { readonly [K in keyof TlsGroup as `${P}_TLS_${K}`]: TlsGroup[K] } {
  const named = Object.entries(tlsGroup()).map(([name, schema]) => [`${prefix}_TLS_${name}`, schema]);
  return Object.fromEntries(named) as ReturnType<typeof tlsSettings<P>>;
}

/** What the settings of one server's TLS say. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly pins: readonly string[] | undefined;
  readonly serverName: string | undefined;
}

/** The TLS settings with this prefix among parsed settings; undefined when none is set. */
export function tlsMaterialOf(settings: object, prefix: string): TlsMaterial | undefined {
  const of = (name: keyof TlsGroup): unknown => Reflect.get(settings, `${prefix}_TLS_${name}`);
  const material = {
    ca: of('CA_FILE'),
    cert: of('CERT_FILE'),
    key: of('KEY_FILE'),
    pins: of('PIN_SHA256'),
    serverName: of('SERVER_NAME'),
  };
  const isSet = Object.values(material).some((value) => value !== undefined);
  return isSet ? (material as TlsMaterial) : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
