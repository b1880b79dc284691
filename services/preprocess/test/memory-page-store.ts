import type { PageManifest, PreparedPage } from '@docfleet/domain';
import type { RenderedPage } from '../src/core/page.ts';
import type { PageStore } from '../src/core/prepare-document.ts';

/** A page store in memory. */
export function memoryPageStore(): PageStore & { readonly images: Map<number, Uint8Array> } {
  const images = new Map<number, Uint8Array>();
  return {
    images,
    findManifest: () => Promise.resolve(undefined),
    storedPages: () => Promise.resolve([]),
    savePage: (rendered, pageCount) => {
      images.set(rendered.page, rendered.image);
      return Promise.resolve({ pageCount, page: asPrepared(rendered) });
    },
    saveManifest: (manifest: PageManifest) => Promise.resolve(manifest),
  };
}

function asPrepared({ image, mediaType, lines, ...facts }: RenderedPage): PreparedPage {
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
