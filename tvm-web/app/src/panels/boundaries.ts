// Boundaries of half-layers: 0 is the embedding, 2 l + 1 the attention of layer l, 2 l + 2 its neurons.

import type { Stream, Explanation } from '../worker/types';

/** The residual stream at a boundary. */
export function boundaryOf(explanation: Explanation, boundary: number): Stream | undefined {
  if (boundary === 0) return explanation.embedding;
  const layer = explanation.layers[(boundary - 1) >> 1];
  return boundary % 2 === 1 ? layer?.attention : layer?.feed_forward;
}

/** How many boundaries there are. */
export function boundaryCount(explanation: Explanation): number {
  return 1 + 2 * explanation.layers.length;
}

/** A boundary in words. */
export function boundaryName(boundary: number): string {
  if (boundary === 0) return 'after the embedding';
  return `after ${boundary % 2 === 1 ? 'attention' : 'neurons'} of layer ${(boundary - 1) >> 1}`;
}
