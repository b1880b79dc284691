import { processSettings, readConfig, type Environment } from '@docfleet/config';
import { classificationSettings, type ClassificationConfig } from '@docfleet/classification';
import { extractionSettings, type ExtractionConfig } from '@docfleet/extraction';
import { ocrSettings, type OcrConfig } from '@docfleet/ocr';
import { preprocessSettings, type PreprocessConfig } from '@docfleet/preprocess';
import { validationSettings, type ValidationConfig } from '@docfleet/validation';
import { z } from 'zod';

/** What each stage is built with. */
export interface PipelineSettings {
  readonly preprocess: PreprocessConfig;
  readonly ocr: OcrConfig;
  readonly classification: ClassificationConfig;
  readonly extraction: ExtractionConfig;
  readonly validation: ValidationConfig;
}

/** What one process has no use for: its only tenant is whoever calls it, its stages have one group each and no cache. */
const alone = {
  REGION: undefined,
  TENANT_PROOF: 'off',
  FLEET_PROOF_KEYS: undefined,
  TENANT_SECRETS_DIR: undefined,
  INTAKE_TENANTS: undefined,
  SOURCE_BUCKETS: undefined,
  REDIS_URL: undefined,
  EXTRACTION_POOL: undefined,
  EXTRACTION_POOLS: undefined,
};

/**
 * Reads the stages' own settings from the environment, by the names and with the defaults that their services have.
 *
 * @throws ConfigError naming every problem at once
 */
export function readSettings(environment: Environment, modelsFolder: string): PipelineSettings {
  const given = { MODELS_DIR: modelsFolder, ...withoutEmpty(environment), ...alone };
  const { REGION } = processSettings;
  return {
    preprocess: readConfig(z.object({ REGION, ...preprocessSettings }), given),
    ocr: readConfig(z.object(ocrSettings), given),
    classification: readConfig(z.object(classificationSettings), given),
    extraction: readConfig(z.object(extractionSettings), given),
    validation: readConfig(z.object(validationSettings), given),
  };
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
}
