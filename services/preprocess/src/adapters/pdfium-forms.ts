import { memoryOf, textBytes, writtenText, type Session } from './pdfium-session.ts';

/** Kinds of annotations (fpdf_annot.h). */
const kinds = { freeText: 3, fileAttachment: 17, widget: 20 } as const;

/** Annotations of a page that are looked at: a limit on its time. */
const maxAnnotations = 5_000;

/** FPDF_GetFormType (fpdf_formfill.h): a form that only an XFA processor can draw. */
const wholeXfa = 2;

const flattenForDisplay = 0;
const normalAppearance = 0;

/**
 * Draws the fields and notes of a page into its content, so that their text is text of the page. A field that has a value
 * and no appearance, or an empty one, is given one first: readers draw it from the value (ISO 32000-1, 12.7.3.3).
 *
 * Returns whether the page has changed and must be loaded again.
 */
export function drawAnnotations(session: Session, pageHandle: number): boolean {
  const { module } = session;
  const count = Math.min(module.FPDFPage_GetAnnotCount(pageHandle), maxAnnotations);
  if (count > 0) fillFields(session, pageHandle);
  for (let index = 0; index < count; index += 1) {
    const annotation = module.FPDFPage_GetAnnot(pageHandle, index);
    if (annotation === 0) continue;
    const kind = module.FPDFAnnot_GetSubtype(annotation);
    const isDrawn =
      module.EPDFAnnot_HasAppearanceStream(annotation, normalAppearance) &&
      module.FPDFAnnot_GetObjectCount(annotation) > 0;
    if (!isDrawn && kind === kinds.widget) module.EPDFAnnot_GenerateFormFieldAP(annotation);
    if (!isDrawn && kind === kinds.freeText) module.EPDFAnnot_GenerateAppearance(annotation);
    module.FPDFPage_CloseAnnot(annotation);
  }
  return count > 0 && module.FPDFPage_Flatten(pageHandle, flattenForDisplay) === 1;
}

/** Size of FPDF_FORMFILLINFO (fpdf_formfill.h) in version 1, with room to spare; zeros mean that nobody is called back. */
const formInfoBytes = 1_024;
const formInfoVersion = 1;

/** Has PDFium give fields without an appearance one, as it does before it shows a form; no script of the form is run. */
function fillFields({ module, handle }: Session, pageHandle: number): void {
  const { malloc, free } = module.pdfium.wasmExports;
  const info = malloc(formInfoBytes);
  if (info === 0) return;
  memoryOf(module).fill(0, info, info + formInfoBytes);
  memoryOf(module)[info] = formInfoVersion;
  const form = module.FPDFDOC_InitFormFillEnvironment(handle, info);
  if (form !== 0) {
    module.FORM_OnAfterLoadPage(pageHandle, form);
    module.FORM_OnBeforeClosePage(pageHandle, form);
    module.FPDFDOC_ExitFormFillEnvironment(form);
  }
  free(info);
}

/** Whether the document is a form whose content is in XFA: its pages say at most that another program is needed. */
export function isXfaForm({ module, handle }: Session): boolean {
  return module.FPDF_GetFormType(handle) === wholeXfa;
}

/** Files of these kinds are documents that somebody reads; the XML of an electronic invoice repeats its page. */
const documentName = /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|eml|msg|tiff?|jpe?g|png)$/i;

/** Attached files that are looked at. */
const maxAttachments = 200;

/** Whether documents are attached to the document. */
export function hasAttachedDocuments(session: Session): boolean {
  const { module, handle } = session;
  const count = Math.min(module.FPDFDoc_GetAttachmentCount(handle), maxAttachments);
  return Array.from({ length: count }, (_, index) => module.FPDFDoc_GetAttachment(handle, index)).some(
    (attachment) => isDocument(session, attachment),
  );
}

/** Whether documents are attached to a page, as notes. */
export function hasDocumentNotes(session: Session, pageHandle: number): boolean {
  const { module } = session;
  const count = Math.min(module.FPDFPage_GetAnnotCount(pageHandle), maxAnnotations);
  for (let index = 0; index < count; index += 1) {
    const annotation = module.FPDFPage_GetAnnot(pageHandle, index);
    if (annotation === 0) continue;
    const isNote = module.FPDFAnnot_GetSubtype(annotation) === kinds.fileAttachment;
    const isFound = isNote && isDocument(session, module.FPDFAnnot_GetFileAttachment(annotation));
    module.FPDFPage_CloseAnnot(annotation);
    if (isFound) return true;
  }
  return false;
}

function isDocument(session: Session, attachment: number): boolean {
  const { module, text } = session;
  if (attachment === 0) return false;
  return documentName.test(
    writtenText(session, () => module.FPDFAttachment_GetName(attachment, text, textBytes)),
  );
}
