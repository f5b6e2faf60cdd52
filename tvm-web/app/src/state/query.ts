// The answer of the worker to a question that depends on what is shown: asked again whenever that
// changes. Without arguments nothing is asked. The last answer stays until the next one is there, so nothing flickers.

import { useEffect, useState } from 'preact/hooks';
import type { SessionApi } from '../worker/api';
import { client, report } from './session';

export function useAnswer<M extends keyof SessionApi>(
  method: M,
  args: Parameters<SessionApi[M]> | null,
): ReturnType<SessionApi[M]> | null {
  const [answer, setAnswer] = useState<ReturnType<SessionApi[M]> | null>(null);
  const key = JSON.stringify([method, args]);
  useEffect(() => {
    if (!args) return setAnswer(null);
    const asking = new AbortController();
    client
      .call(method, args, { signal: asking.signal })
      .then((value) => setAnswer(() => value))
      .catch(report);
    return () => asking.abort();
  }, [key]);
  return answer;
}
