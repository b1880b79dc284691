export { intakePresetNames, intakePresets, type IntakePreset, type IntakePresetName } from './presets.ts';
export {
  controlRates,
  initialRates,
  multiplierBounds,
  multiplierOf,
  nextMultiplier,
  type Backlog,
  type IntakeRates,
} from './control-rate.ts';
export { activeMs, burstSeconds, type BucketRates } from './fair-buckets.ts';
export { LocalBuckets, type TokenAnswer, type TokenRequest } from './local-buckets.ts';
export { initialState, parseIntakeState, type IntakeState } from './intake-state.ts';
