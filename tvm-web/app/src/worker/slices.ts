// Long work in slices of some 50 ms: between two slices the worker takes other requests, so that the
// page stays live and the work can be stopped.

/** What a slice should take, in milliseconds. */
const SLICE = 50;

/** What the work of a request may ask and tell between two slices. */
export interface Control {
  cancelled(): boolean;
  progress(value: unknown): void;
}

/** Adapts the number of tokens of a slice to the time that the last one took. */
export class Pace {
  private tokens = 2_000;

  /** Does a slice of the current size. */
  run<T>(slice: (tokens: number) => T): T {
    const begin = performance.now();
    const result = slice(this.tokens);
    const took = Math.max(performance.now() - begin, 0.5);
    const factor = Math.min(Math.max(SLICE / took, 0.25), 4);
    this.tokens = Math.min(Math.max(Math.round(this.tokens * factor), 100), 5_000_000);
    return result;
  }
}

/** Waits until messages that have arrived are handled. A timer would wait for longer. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}

/** Waits for some milliseconds. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
