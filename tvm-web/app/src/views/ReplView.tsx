// The REPL: instructions of WebAssembly, line by line, by the same model; the stack after each.

import { useEffect, useRef, useState } from 'preact/hooks';
import { number, effect as effectOf, text as bytesAsText, values } from '../components/format';
import { Panel } from '../panels/Panel';
import {
  answering,
  begin,
  enter,
  entries,
  history,
  openInXray,
  ready,
  undo,
  type Entry,
} from '../state/repl';
import type { ReplError, TypedValue } from '../worker/types';

export function ReplView() {
  useEffect(() => void begin(), []);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [entries.value]);
  const accepted = entries.value.findLast(({ answer }) => answer.ok);
  return (
    <main class="repl">
      <Panel id="lines" title="REPL" aside={<Buttons />}>
        <div
          class="scroll transcript"
          tabIndex={0}
          role="log"
          aria-label="Lines and their answers"
          data-testid="transcript"
        >
          {entries.value.length === 0 && <Hint />}
          {entries.value.map((entry, index) => (
            <Line key={index} entry={entry} />
          ))}
          <div ref={end} />
        </div>
        <Prompt />
      </Panel>
      <Panel id="stack" title="Stack">
        <Stack values={accepted?.answer.stack ?? []} />
        {accepted && accepted.answer.output.length > 0 && (
          <>
            <h3>Output</h3>
            <pre>{bytesAsText(Uint8Array.from(accepted.answer.output))}</pre>
          </>
        )}
      </Panel>
    </main>
  );
}

function Hint() {
  return (
    <p class="empty">
      Type instructions of WebAssembly, for example <code>i32.const 40</code>, then <code>i32.const 2</code>,
      then <code>i32.add</code>. Several instructions may be on a line, and a function may be defined:{' '}
      <code>(func $twice (param i32) (result i32) local.get 0 i32.const 2 i32.mul)</code>.
    </p>
  );
}

function Buttons() {
  const none = entries.value.length === 0;
  return (
    <p class="choices">
      <button class="quiet" disabled={none} onClick={() => void undo()}>
        take back
      </button>
      <button class="quiet" disabled={none} onClick={() => void navigator.clipboard.writeText(location.href)}>
        copy link
      </button>
      <button class="quiet" disabled={none} onClick={() => void openInXray()}>
        open in X-Ray
      </button>
    </p>
  );
}

function Line({ entry: { text, answer } }: { entry: Entry }) {
  return (
    <div class={answer.ok ? 'line' : 'line failed'}>
      <pre class="entered">{text}</pre>
      {answer.error && <Failure text={text} error={answer.error} />}
      {answer.steps.map((step) => (
        <p key={step.position} class="step">
          <span class="number">{step.position}</span> <code>{step.text}</code> {values(step)}{' '}
          <em>{effectOf(step)}</em>
        </p>
      ))}
      {answer.ok && (
        <p class="after">
          <StackLine values={answer.stack} /> <span class="number">{number(answer.tokens)} tokens</span>
        </p>
      )}
    </div>
  );
}

/** An error, with its place below the line if it has one. */
function Failure({ text, error: { message, line, column } }: { text: string; error: ReplError }) {
  const place = line !== null && column !== null ? { line, column } : null;
  return (
    <>
      {place && (
        <pre class="place" aria-hidden="true">
          {marker(text, place.line, place.column)}
        </pre>
      )}
      <p class="error" role="alert">
        {place && `line ${place.line}, column ${place.column}: `}
        {message}
      </p>
    </>
  );
}

/** The line with the error again if there are several, and a caret below its place. */
function marker(text: string, line: number, column: number): string {
  const lines = text.split('\n');
  const caret = ' '.repeat(Math.max(column - 1, 0)) + '^';
  return lines.length > 1 ? `${lines[line - 1] ?? ''}\n${caret}` : caret;
}

function StackLine({ values }: { values: TypedValue[] }) {
  if (values.length === 0) return <>stack: empty</>;
  return (
    <>
      stack:{' '}
      {values.map((value, index) => (
        <b key={index}>
          {value.type} {value.value}{' '}
        </b>
      ))}
    </>
  );
}

function Stack({ values }: { values: TypedValue[] }) {
  if (values.length === 0) return <p class="empty">empty</p>;
  return (
    <ol class="stack" reversed data-testid="stack">
      {[...values].reverse().map((value, index) => (
        <li key={index}>
          <span class="kind">{value.type}</span> <b>{value.value}</b>
        </li>
      ))}
    </ol>
  );
}

function Prompt() {
  const [line, setLine] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const [recalled, setRecalled] = useState<number | null>(null);
  const recall = (step: number) => {
    const past = history.value;
    const at = Math.min(Math.max((recalled ?? past.length) + step, 0), past.length);
    setRecalled(at);
    setLine(past[at] ?? '');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const oneLine = !line.includes('\n');
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      setRecalled(null);
      void enter(line).then((accepted) => accepted && setLine(''));
    } else if (event.key === 'ArrowUp' && oneLine) recall(-1);
    else if (event.key === 'ArrowDown' && oneLine) recall(1);
    else return;
    event.preventDefault();
  };
  return (
    <div class="prompt">
      <textarea
        ref={field}
        aria-label="Instructions of WebAssembly"
        rows={Math.min(line.split('\n').length, 8)}
        value={line}
        spellcheck={false}
        autocomplete="off"
        placeholder={
          ready.value
            ? 'i32.const 40   (Enter: run, Shift+Enter: another line)'
            : 'loading the universal model …'
        }
        onInput={(event) => setLine(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {answering.value && <span class="number">…</span>}
    </div>
  );
}
