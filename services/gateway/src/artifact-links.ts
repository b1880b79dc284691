import { FailureError, type Clock } from '@docfleet/domain';
import type { UrlSigner } from '@docfleet/objects';
import { readLink, signLink, type ArtifactLink } from './core/artifact-link.ts';
import { RefusedRequest } from './core/problem.ts';
import type { FoundArtifact } from './run-artifacts.ts';

export interface ArtifactLinkOptions {
  /** Secret that the gateways share; absent: the gateway signs no URLs of its own. */
  readonly secret: string | undefined;
  /** For a store that callers reach; absent: URLs go through the gateway. */
  readonly signer: UrlSigner | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** URLs by which an artifact is read without a key, for a short time. They cannot be taken back. */
export interface ArtifactLinks {
  /**
   * An absolute URL of the store, or a path of the gateway.
   *
   * @throws FailureError `NOT_FOUND` where neither is configured
   */
  make(link: ArtifactLink, artifact: FoundArtifact, contentDisposition: string): Promise<string>;
  /** @throws RefusedRequest `FORBIDDEN` for a token that was not signed here, or is past its time */
  read(token: string): ArtifactLink;
}

export function createArtifactLinks({ secret, signer, clock }: ArtifactLinkOptions): ArtifactLinks {
  return {
    make: async (link, artifact, contentDisposition) => {
      if (signer !== undefined) {
        const expiresInSeconds = Math.max(1, Math.floor((link.expiresAt - clock.now()) / 1000));
        const { uri, mediaType: contentType } = artifact;
        return signer.urlOf({ uri, expiresInSeconds, contentType, contentDisposition });
      }
      if (secret === undefined) throw new FailureError('NOT_FOUND');
      return `/v1/artifact-links?token=${signLink(link, secret)}`;
    },
    read: (token) => {
      const link = secret === undefined ? undefined : readLink(token, secret, clock.now());
      if (link === undefined) {
        const message = 'is past its time, or was not signed here; ask for another URL';
        throw new RefusedRequest('FORBIDDEN', [{ path: 'token', message }]);
      }
      return link;
    },
  };
}
