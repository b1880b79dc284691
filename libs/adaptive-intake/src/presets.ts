/** How documents are let in: the rate while nothing speaks against it, and what a backlog leaves of it. */
export interface IntakePreset {
  /** Documents a second at multiplier 1. */
  readonly perSecond: number;
  /** Share of the present rate that remains after a cut. */
  readonly cutTo: number;
}

/** The presets of M-20. */
export const intakePresets = {
  conservative: { perSecond: 10, cutTo: 0.3 },
  balanced: { perSecond: 50, cutTo: 0.5 },
  aggressive: { perSecond: 200, cutTo: 0.6 },
} as const satisfies Record<string, IntakePreset>;

export type IntakePresetName = keyof typeof intakePresets;

export const intakePresetNames = ['conservative', 'balanced', 'aggressive'] as const;
