import { calibrated } from '@docfleet/field-extraction';
import { fitCalibration, type CalibrationOptions } from './fit-calibration.ts';
import { foldsOf } from './fit-class.ts';
import type { PredictedDocument, Prediction } from './predict.ts';

export interface CalibrationFolds {
  readonly folds: number;
  /** Read by weights that have not seen them; fitted on in every fold, and not among the documents that are given back. */
  readonly also?: readonly PredictedDocument[];
}

/**
 * The same documents with confidences that are calibrated on those of other folds. The values stay those of the
 * prediction, which was made with weights that had not seen the issuers either.
 */
export function calibrateUnseen(
  prediction: Prediction,
  { folds, also = [], ...options }: CalibrationOptions & CalibrationFolds,
): Prediction {
  const foldOf = foldsOf(prediction.documents, folds);
  const calibrations = Array.from({ length: folds }, (_, fold) =>
    fitCalibration(
      [...prediction.documents.filter(({ group }) => foldOf.get(group) !== fold), ...also],
      options,
    ),
  );
  return {
    ...prediction,
    documents: prediction.documents.map((document): PredictedDocument => {
      const calibration = calibrations[foldOf.get(document.group) ?? 0];
      if (calibration === undefined) return document;
      const { fields, approval } = calibrated(calibration, document.doubted);
      return {
        ...document,
        approval,
        judged: document.judged.map((one) => ({
          ...one,
          confidence: fields.find(({ name }) => name === one.field)?.confidence ?? one.confidence,
        })),
      };
    }),
  };
}
