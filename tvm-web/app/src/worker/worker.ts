// The worker: it owns the session and answers requests. Queries are answered at once; long work runs
// in slices, between which queries are answered.

import { Answers } from './answers';
import type { Cancel, Request, Response } from './protocol';
import type { Control } from './slices';

const answers = new Answers();
const cancelled = new Set<number>();

self.onmessage = (event: MessageEvent<Request | Cancel>) => {
  const message = event.data;
  if ('cancel' in message) cancelled.add(message.cancel);
  else void answer(message);
};

async function answer({ id, method, args }: Request) {
  const control: Control = {
    cancelled: () => cancelled.has(id),
    progress: (value) => send({ id, kind: 'progress', value }),
  };
  try {
    const value: unknown = await answers.call(method, args, control);
    send({ id, kind: 'result', value });
  } catch (error) {
    send({ id, kind: 'error', message: error instanceof Error ? error.message : String(error) });
  } finally {
    cancelled.delete(id);
  }
}

function send(response: Response) {
  self.postMessage(response);
}
