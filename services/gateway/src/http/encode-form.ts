import { randomBytes } from 'node:crypto';

/** The file part of a form, as it arrives. */
export interface ArrivingFile {
  readonly fieldname: string;
  readonly filename: string | undefined;
  readonly mimetype: string;
  readonly file: AsyncIterable<Uint8Array>;
}

/** A text field of a form. */
export type FormField = readonly [name: string, value: string];

/** A form to send on, with its media type. */
export interface EncodedForm {
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array> | string;
}

/** Encodes a form whose file and later fields are still arriving; nothing is kept of them. */
export function encodeForm(
  before: readonly FormField[],
  file: ArrivingFile,
  after: () => AsyncIterable<FormField>,
): EncodedForm {
  const boundary = `docfleet-${randomBytes(16).toString('hex')}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: partsOf(boundary, before, file, after),
  };
}

async function* partsOf(
  boundary: string,
  before: readonly FormField[],
  { fieldname, filename = '', mimetype, file }: ArrivingFile,
  after: () => AsyncIterable<FormField>,
): AsyncIterable<Uint8Array> {
  const textPart = ([name, value]: FormField): Buffer =>
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
    );
  for (const field of before) yield textPart(field);
  yield Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(fieldname)}"; filename="${quoted(filename)}"\r\n` +
      `content-type: ${quoted(mimetype)}\r\n\r\n`,
  );
  yield* file;
  yield Buffer.from('\r\n');
  for await (const field of after()) yield textPart(field);
  yield Buffer.from(`--${boundary}--\r\n`);
}

/** As browsers escape names in forms (WHATWG HTML, multipart/form-data): a name ends neither its quotes nor its line. */
function quoted(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
