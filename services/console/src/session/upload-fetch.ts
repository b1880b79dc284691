/**
 * A `fetch` for uploads that tells how many bytes have been sent, which the browser's own does not. It takes what the
 * client makes of a form: a Blob, headers, and a signal.
 */
export function uploadFetch(onSent: (bytes: number) => void): typeof globalThis.fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const { signal, body } = init;
      request.open(init.method ?? 'GET', urlOf(input));
      new Headers(init.headers).forEach((value, name) => {
        request.setRequestHeader(name, value);
      });
      request.responseType = 'blob';
      request.upload.onprogress = ({ loaded }) => {
        onSent(loaded);
      };
      request.onload = () => {
        const { status, statusText } = request;
        const headers = new Headers();
        for (const name of ['content-type', 'retry-after']) {
          const value = request.getResponseHeader(name);
          if (value !== null) headers.set(name, value);
        }
        resolve(new Response(request.response as Blob, { status, statusText, headers }));
      };
      request.onerror = () => {
        reject(new TypeError('the connection failed'));
      };
      request.onabort = () => {
        reject(signal?.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError'));
      };
      signal?.addEventListener('abort', () => {
        request.abort();
      });
      if (body === undefined || body === null || body instanceof Blob) request.send(body);
      else reject(new TypeError('an upload is sent as a Blob'));
    });
}

function urlOf(input: Parameters<typeof fetch>[0]): string {
  if (typeof input === 'string') return input;
  return input instanceof URL ? input.href : input.url;
}
