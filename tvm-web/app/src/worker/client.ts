// The page's side of the worker: every method of the worker as a function that gives a promise.

import type { SessionApi } from './api';
import type { Request, Response } from './protocol';
import SessionWorker from './worker?worker&inline';

/** How a request is followed: where its progress goes and what stops it. */
export interface Following {
  signal?: AbortSignal;
  onProgress?: (value: unknown) => void;
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  onProgress: ((value: unknown) => void) | undefined;
}

/** A request that was stopped before its end. */
export class Cancelled extends Error {
  constructor() {
    super('stopped');
  }
}

/** The worker with the session. */
export class Client {
  private readonly worker = new SessionWorker();
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor() {
    this.worker.onmessage = (event: MessageEvent<Response>) => this.receive(event.data);
    this.worker.onerror = (event) =>
      this.fail(new Error(event.message || 'The worker could not be started.'));
  }

  /** Calls a method of the worker. */
  call<M extends keyof SessionApi>(
    method: M,
    args: Parameters<SessionApi[M]>,
    following: Following = {},
  ): Promise<ReturnType<SessionApi[M]>> {
    const id = ++this.last;
    const { signal, onProgress } = following;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new Cancelled());
      this.waiting.set(id, { resolve, reject, onProgress });
      signal?.addEventListener('abort', () => this.cancel(id), { once: true });
      const request: Request = { id, method, args };
      this.worker.postMessage(request);
    });
  }

  private cancel(id: number) {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    this.worker.postMessage({ cancel: id });
    waiting.reject(new Cancelled());
  }

  private receive(response: Response) {
    const waiting = this.waiting.get(response.id);
    if (!waiting) return;
    if (response.kind === 'progress') return waiting.onProgress?.(response.value);
    this.waiting.delete(response.id);
    if (response.kind === 'error') waiting.reject(new Error(response.message));
    else waiting.resolve(response.value as never);
  }

  private fail(error: Error) {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}
