import type { PageManifest, PreparedPage } from '@docfleet/domain';
import type { MadePage } from '../src/core/page.ts';
import type { PageShelf } from '../src/core/prepare-document.ts';

/** A shelf that keeps what it is given and nothing else. */
export function memoryShelf(): PageShelf & { readonly images: Map<number, Uint8Array> } {
  const images = new Map<number, Uint8Array>();
  return {
    images,
    manifest: () => Promise.resolve(undefined),
    keptPages: () => Promise.resolve([]),
    keepPage: (made, pageCount) => {
      images.set(made.page, made.image);
      return Promise.resolve({ pageCount, page: asPrepared(made) });
    },
    keepManifest: (manifest: PageManifest) => Promise.resolve(manifest),
  };
}

function asPrepared({ image, mediaType, lines, ...facts }: MadePage): PreparedPage {
  const { page, widthPx, heightPx } = facts;
  return {
    ...facts,
    image: { uri: 's3://memory/page', sha256: '', mediaType, sizeBytes: image.byteLength },
    reading:
      lines === null
        ? null
        : { page, widthPx, heightPx, engine: 'text-layer', engineVersion: 'memory', lines },
  };
}
