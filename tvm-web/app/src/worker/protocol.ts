// Messages between the page and the worker. The worker owns the session of Rust; the page asks for
// one thing at a time, each request with a number of its own.

import type { SessionApi } from './api';

/** A request: a method of the worker with its arguments. */
export interface Request {
  id: number;
  method: keyof SessionApi;
  args: unknown[];
}

/** Asks the worker to stop a request that runs in slices. */
export interface Cancel {
  cancel: number;
}

/** The end of a request, or its progress so far. */
export type Response =
  | { id: number; kind: 'result'; value: unknown }
  | { id: number; kind: 'error'; message: string }
  | { id: number; kind: 'progress'; value: unknown };
