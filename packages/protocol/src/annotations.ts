import { z } from 'zod';
import { PeerId, printableText, UserId } from './ids.ts';
import { JsonData } from './json-data.ts';
import { limits } from './limits.ts';

/** Chosen by the client; what is put under an id that is there takes its place. */
export const AnnotationId = printableText(limits.annotationIdLength).brand<'AnnotationId'>();
export type AnnotationId = z.infer<typeof AnnotationId>;

/** Something that participants have put into a room for all of them to see: a mark, a note. */
export const Annotation = z.strictObject({
  id: AnnotationId,
  /** Who put it there last. */
  by: PeerId,
  userId: UserId.optional(),
  data: JsonData,
  /** Epoch milliseconds by the cluster's own clock. */
  at: z.int(),
});
export type Annotation = z.infer<typeof Annotation>;
