/** A file in a form. */
export interface FormFile<C> {
  /** Name of the field. */
  readonly field: string;
  /** Name of the file, for people. */
  readonly name: string;
  readonly mediaType: string;
  readonly content: C;
}

/** Text fields of a form, as name and value. */
export type FormFields = readonly (readonly [string, string])[];

/** Media type of a multipart form (RFC 7578). */
export function formMediaType(boundary: string): string {
  return `multipart/form-data; boundary=${boundary}`;
}

/**
 * A form of text fields and then files. Files on disk are read as it is sent, and it can be sent again. It is no
 * `FormData`: when a file on disk changes, Node 24 leaves a request with one without an end, and throws what nobody can
 * catch.
 *
 * @param boundary ASCII text that no file holds, such as a random id
 */
export function formOf(
  fields: FormFields,
  files: readonly FormFile<Blob | Uint8Array<ArrayBuffer>>[],
  boundary: string,
): Blob {
  return new Blob([
    ...fields.map((field) => fieldText(field, boundary)),
    ...files.flatMap((file) => [fileHead(file, boundary), file.content, '\r\n']),
    endText(boundary),
  ]);
}

/**
 * A form of text fields and a file that is a stream: sent once, as it is read, and held in memory at no time.
 *
 * @param boundary ASCII text that the file does not hold, such as a random id
 */
export function streamedForm(
  fields: FormFields,
  file: FormFile<ReadableStream<Uint8Array>>,
  boundary: string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const head = [...fields.map((field) => fieldText(field, boundary)), fileHead(file, boundary)].join('');
  const reader = file.content.getReader();
  let isBegun = false;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (!isBegun) {
        isBegun = true;
        controller.enqueue(encoder.encode(head));
        return;
      }
      const { value, done } = await reader.read();
      if (!done) {
        controller.enqueue(value);
        return;
      }
      controller.enqueue(encoder.encode(`\r\n${endText(boundary)}`));
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function fieldText([name, value]: readonly [string, string], boundary: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`;
}

function fileHead({ field, name, mediaType }: FormFile<unknown>, boundary: string): string {
  return [
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(field)}"; filename="${quoted(name)}"\r\n`,
    `content-type: ${mediaType}\r\n\r\n`,
  ].join('');
}

function endText(boundary: string): string {
  return `--${boundary}--\r\n`;
}

/** As HTML says for names in forms (form-data encoding): quotes and line ends are percent-encoded. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
