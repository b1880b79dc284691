import { Readable, type Writable } from 'node:stream';
import { ApiRefusal, type ApiAddress } from '../api-client.ts';

/** Writes the rows of a time, as the API gives them: one JSON object a line. @throws ApiRefusal */
export async function exportAudit(
  range: { readonly since: number; readonly until: number },
  { api, apiKey }: ApiAddress,
  out: Writable,
): Promise<void> {
  const query = new URLSearchParams({
    since: new Date(range.since).toISOString(),
    until: new Date(range.until).toISOString(),
  });
  const answer = await fetch(`${api}/v1/audit/export?${query.toString()}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  }).catch((cause: unknown) => {
    throw new ApiRefusal(`${api} does not answer.`, { cause });
  });
  if (!answer.ok || answer.body === null) throw new ApiRefusal(`${api} answered ${answer.status}`);
  let last = '\n';
  try {
    for await (const chunk of Readable.fromWeb(answer.body)) {
      const text = Buffer.from(chunk as Uint8Array);
      last = text.subarray(-1).toString();
      if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
    }
  } catch (cause) {
    throw new ApiRefusal('The answer ended before its last row.', { cause });
  }
  if (last !== '\n') throw new ApiRefusal('The answer ended before its last row.');
}
