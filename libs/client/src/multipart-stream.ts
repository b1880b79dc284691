/** A form of which the file is a stream: sent as it is read, and held in memory at no time. */
export interface StreamedForm {
  readonly contentType: string;
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * A multipart form (RFC 7578) of text fields and one file, in this order.
 *
 * @param boundary ASCII text that the file does not hold, such as a random id
 */
export function streamedForm(
  fields: readonly (readonly [string, string])[],
  file: {
    readonly name: string;
    readonly mediaType: string;
    readonly content: ReadableStream<Uint8Array>;
  },
  boundary: string,
): StreamedForm {
  const encoder = new TextEncoder();
  const texts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const head = [
    ...texts,
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(file.name)}"\r\n`,
    `content-type: ${file.mediaType}\r\n\r\n`,
  ].join('');
  const reader = file.content.getReader();
  let isBegun = false;
  const body = new ReadableStream<Uint8Array>({
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
      controller.enqueue(encoder.encode(`\r\n--${boundary}--\r\n`));
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

/** As HTML says for names in forms (form-data encoding): quotes and line ends are percent-encoded. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
