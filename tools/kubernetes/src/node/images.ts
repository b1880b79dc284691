/** What runs for an image: its entry point, where nothing else is said, and the surroundings that it has. */
export interface ImageRun {
  /** Entry point of the image; a container's `command` takes its place. */
  readonly command: readonly string[];
  /** Working folder. */
  readonly folder: string;
  /** Variables that the image sets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What stands for an image on this machine. */
export type ImageResolver = (image: string) => ImageRun;

/** Variables of containers that take the port of this machine, by the name of the port. */
export const portVariables: Readonly<Record<string, string>> = { http: 'HTTP_PORT' };

/** Annotation of a pod with the ports of this machine, as JSON by the ports of its containers. */
export const portsAnnotation = 'process-node.docfleet/ports';
