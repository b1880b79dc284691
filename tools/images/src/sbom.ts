import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import parseSpdx from 'spdx-expression-parse';

/** The manifest of a package, as npm installed it. */
export type Manifest = Parameters<InstanceType<typeof ComponentBuilder>['makeComponent']>[0];

/** A model inside the image. */
export interface ModelInside {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly licence: string;
}

export interface Contents {
  readonly image: string;
  readonly version: string;
  readonly packages: readonly Manifest[];
  readonly models: readonly ModelInside[];
}

const { ComponentBuilder } = Contrib.FromNodePackageJson.Builders;
const { ExternalReferenceFactory } = Contrib.FromNodePackageJson.Factories;
const licences = new Contrib.License.Factories.LicenseFactory(parseSpdx);
const builder = new ComponentBuilder(new ExternalReferenceFactory(), licences);

/**
 * The bill of materials of an image's `/app` as CycloneDX 1.6 (JSON): each package that a file was taken of, once a version,
 * and each model. Two builds of the same contents give the same text, so it has no date and no serial number.
 */
export function billOfMaterials({ image, version, packages, models }: Contents): string {
  const root = new Models.Component(Enums.ComponentType.Application, `docfleet/${image}`, {
    version,
    bomRef: `docfleet/${image}`,
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: root }) });
  const components = new Map<string, Models.Component>();
  for (const manifest of packages) {
    const component = builder.makeComponent(manifest);
    if (component === undefined)
      throw new Error(`A package.json names no package: ${JSON.stringify(manifest)}`);
    const name = `${String(manifest.name)}@${String(manifest.version)}`;
    component.purl = purlOf(name);
    component.bomRef.value = component.purl;
    components.set(component.purl, component);
  }
  for (const model of models) components.set(model.name, modelComponent(model));
  for (const component of components.values()) {
    bom.components.add(component);
    root.dependencies.add(component.bomRef);
  }
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 });
}

/** `pkg:npm/%40scope/name@1.2.3`, by the package URL specification. */
function purlOf(name: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40').replaceAll('+', '%2B')}`;
}

function modelComponent({ name, version, sha256, licence }: ModelInside): Models.Component {
  return new Models.Component(Enums.ComponentType.MachineLearningModel, name, {
    version,
    bomRef: `model:${name}`,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]),
    licenses: new Models.LicenseRepository([licences.makeFromString(licence)]),
  });
}
