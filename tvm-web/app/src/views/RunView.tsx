// A program with an input box and its output, without the X-Ray: what `tvm bundle --html` writes.

import { number, text } from '../components/format';
import { useSignal, useSignalEffect } from '@preact/signals';
import { advance, busy, client, input, open, page, progress, running, stop } from '../state/session';

export function RunView() {
  const chosen = page.programs[0];
  const typed = useSignal(input.value);
  const printed = useSignal('');
  useSignalEffect(() => {
    typed.value = input.value;
  });
  useSignalEffect(() => {
    const tokens = progress.value?.tokens;
    if (tokens !== undefined)
      void client.call('output', [tokens]).then((bytes) => (printed.value = text(bytes)));
  });
  if (!chosen) return null;
  const known = progress.value;
  return (
    <main class="run">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open(chosen, typed.value);
        }}
      >
        <label>
          Input
          <textarea
            rows={3}
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        </label>
        <p class="buttons">
          <button class="primary">Run</button>
          {running.value && (
            <button type="button" onClick={stop}>
              Stop
            </button>
          )}
          {!running.value && known && !known.ended && (
            <button type="button" onClick={() => void advance()}>
              Run on
            </button>
          )}
        </p>
      </form>
      <h2>Output</h2>
      <pre class="scroll" tabIndex={0} role="region" aria-label="Output" data-testid="output">
        {printed.value}
      </pre>
      <p class="status" role="status" data-testid="status">
        {busy.value !== null && `${busy.value} …`}
        {known && `${number(known.tokens)} tokens, ${number(known.instructions)} instructions`}
        {known?.ended &&
          ` · ${known.ended.kind}${known.ended.message !== null ? `: ${known.ended.message}` : ''}`}
      </p>
    </main>
  );
}
