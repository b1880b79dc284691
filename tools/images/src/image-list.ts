import { serviceNames, type ServiceName } from '@docfleet/stack';

/** `deploy` holds what operators run once: topics, schemas, tables, first secrets, and the operators' commands. */
export type ImageName = ServiceName | 'deploy';

/** What goes into one image. Paths are relative to the repository, and the same below `/app` of the image. */
export interface Image {
  readonly name: ImageName;
  /** Built modules that its programs start with; the first is what the image starts. */
  readonly mains: readonly [string, ...string[]];
  /** Built modules, as globs, that are started as processes by their path, so that no import leads to them. */
  readonly children: readonly string[];
  /** Files, as globs, that a program finds by their path. */
  readonly resources: readonly string[];
  /** Whether the models are inside, in `/app/models`. */
  readonly hasModels: boolean;
}

/** Services that parse documents in child processes. */
const parsing: readonly ServiceName[] = ['preprocess', 'ocr'];

/** What a child process needs besides its own module: the programs that try and that install a sandbox. */
const sandboxPrograms = [
  'libs/workers/dist/sandbox/probe-child.js',
  'libs/workers/dist/sandbox/start-confined.js',
];

/** Renders documents of strangers for the gateway. */
const renderChild = 'libs/reports/dist/pages/render-child.js';

/** Learns document classes from examples for the gateway. */
const draftChild = 'libs/class-training/dist/draft-child.js';

/** Fonts of reports. */
const reportFonts = 'node_modules/@expo-google-fonts/noto-sans/{400Regular,700Bold}/*.ttf';

/** The browser application that the gateway serves, and the licences of what is in it. */
const consoleFiles = 'services/console/dist/{*.{html,svg,md},assets/*}';

const tesseractData = 'node_modules/@tesseract.js-data/eng/4.0.0_best_int/*';

function serviceImage(name: ServiceName): Image {
  return {
    name,
    mains: [`services/${name}/dist/main.js`],
    children: childrenOf(name),
    resources: resourcesOf(name),
    hasModels: name === 'ocr',
  };
}

function childrenOf(name: ServiceName): readonly string[] {
  if (name === 'gateway') return [renderChild, draftChild, ...sandboxPrograms];
  return parsing.includes(name) ? [`services/${name}/dist/adapters/*-child.js`, ...sandboxPrograms] : [];
}

function resourcesOf(name: ServiceName): readonly string[] {
  if (name === 'gateway') return [reportFonts, consoleFiles];
  return name === 'ocr' ? [tesseractData] : [];
}

/** Every image: one a service, and that of the deploy step. */
export const images: readonly Image[] = [
  ...serviceNames.map(serviceImage),
  {
    name: 'deploy',
    mains: [
      'tools/deploy/dist/main.js',
      'tools/operate/dist/main.js',
      'tools/images/dist/first-secrets/main.js',
    ],
    children: [],
    resources: [],
    hasModels: false,
  },
];

/** The package of the workspace that a built module belongs to, as a folder: `services/ocr`. */
export function packageOf(main: string): string {
  return main.split('/').slice(0, 2).join('/');
}

/** @throws Error that names what there is, for a name that is none */
export function imagesNamed(names: readonly string[]): readonly Image[] {
  if (names.length === 0) return images;
  return names.map((name) => {
    const found = images.find((image) => image.name === name);
    if (found === undefined) {
      throw new Error(
        `There is no image '${name}'. There are: ${images.map((each) => each.name).join(', ')}.`,
      );
    }
    return found;
  });
}
