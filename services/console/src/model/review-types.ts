/** A review task as `/v1/review` has it. */
export type ReviewState = 'machine' | 'confirmed' | 'changed' | 'added' | 'removed';
export type PixelBox = readonly [number, number, number, number];

export interface ReviewPlace {
  readonly page: number;
  readonly box: PixelBox;
  readonly words: string;
}

export interface FieldValue {
  readonly name: string;
  readonly type: 'money' | 'date' | 'identifier' | 'text' | 'count' | 'currency';
  readonly value: string;
  readonly normalised: string;
  readonly confidence: number;
  readonly provenance: ReviewPlace;
  readonly source: string;
}

export interface ReviewedField extends FieldValue {
  readonly state: ReviewState;
  readonly original: FieldValue | null;
}

export interface ReviewedRow {
  readonly id: number;
  readonly group: string;
  readonly cells: Readonly<Record<string, string>>;
  readonly provenance: ReviewPlace;
  readonly state: ReviewState;
}

export interface ReviewFinding {
  readonly code: string;
  readonly severity: 'info' | 'review' | 'reject';
  readonly fields: readonly string[];
  readonly message: string;
}

export interface ReviewedDocument {
  readonly index: number;
  readonly documentClass: string;
  readonly classVersion: number;
  readonly confidence: number;
  readonly classState: 'machine' | 'changed';
  readonly firstPage: number;
  readonly lastPage: number;
  readonly fields: readonly ReviewedField[];
  readonly rows: readonly ReviewedRow[];
  readonly findings: readonly ReviewFinding[];
  readonly gaps: readonly string[];
}

export interface ReviewHolder {
  readonly id: string;
  readonly name: string | null;
  readonly isMe: boolean;
  readonly until: string;
}

export interface ReviewTaskSummary {
  readonly taskId: string;
  readonly runId: string;
  readonly revision: number;
  readonly round: number;
  readonly lane: 'urgent' | 'high' | 'normal';
  readonly state: 'waiting' | 'decided' | 'closed';
  readonly afterwards: boolean;
  readonly documentClass: string;
  readonly doubt: number;
  readonly reasons: readonly string[];
  readonly pageCount: number;
  readonly fileName: string | null;
  readonly version: number;
  readonly fourEyes: { readonly needed: boolean; readonly approvals: number };
  readonly holder: ReviewHolder | null;
  readonly decision: 'approve' | 'reject' | 'send_back' | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt: string;
}

export interface ReviewTask extends ReviewTaskSummary {
  readonly documents: readonly ReviewedDocument[];
  readonly classes: readonly string[];
}

export interface ReviewTaskPage {
  readonly tasks: readonly ReviewTaskSummary[];
  readonly next: string | null;
  readonly counts: readonly {
    readonly documentClass: string;
    readonly waiting: number;
    readonly held: number;
    readonly oldest: string | null;
  }[];
}

export interface ReviewClaim {
  readonly acquired: boolean;
  readonly holder: ReviewHolder | null;
  readonly version: number;
}

interface Place {
  readonly page?: number | undefined;
  readonly box?: PixelBox | undefined;
  readonly words?: string | undefined;
}

export type ReviewChange =
  | ({ readonly op: 'set'; readonly document: number; readonly field: string; readonly value: string } & Place)
  | { readonly op: 'confirm' | 'remove'; readonly document: number; readonly field: string }
  | ({
      readonly op: 'addRow';
      readonly document: number;
      readonly group: string;
      readonly cells: Readonly<Record<string, string>>;
    } & Place)
  | {
      readonly op: 'setRow';
      readonly document: number;
      readonly row: number;
      readonly cells: Readonly<Record<string, string>>;
    }
  | { readonly op: 'removeRow'; readonly document: number; readonly row: number }
  | { readonly op: 'setClass'; readonly document: number; readonly documentClass: string }
  | { readonly op: 'split'; readonly document: number; readonly atPage: number }
  | { readonly op: 'merge'; readonly document: number }
  | { readonly op: 'undo' };

export interface ReviewDecision {
  readonly kind: 'approve' | 'reject' | 'send_back';
  readonly reason?: string;
  readonly stage?: 'ocr' | 'classification' | 'extraction';
  readonly documentClass?: string;
  readonly route?: 'fast' | 'auto' | 'accurate';
}

export interface ReviewDecided {
  readonly state: 'waiting' | 'decided';
  readonly approvals: number;
  readonly outcomeId: string | null;
  readonly decision: 'approve' | 'reject' | 'send_back';
}

export interface ReviewHistoryPage {
  readonly changes: readonly {
    readonly id: string;
    readonly at: string;
    readonly actor: string;
    readonly actorName: string | null;
    readonly kind: string;
    readonly document: number | null;
    readonly field: string | null;
    readonly before: unknown;
    readonly after: unknown;
    readonly reason: string | null;
  }[];
  readonly next: string | null;
}

export interface ReviewPage {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly hasImage: boolean;
}

export interface PageWord {
  readonly text: string;
  readonly box: PixelBox;
  readonly confidence: number;
}

export interface PageWords {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly lines: readonly { readonly text: string; readonly words: readonly PageWord[] }[];
}
