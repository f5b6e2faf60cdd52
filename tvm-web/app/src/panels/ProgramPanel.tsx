// The program as instructions or source, the machine's state after the selected token, and the output.

import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { signal } from '@preact/signals';
import { useRows } from '../components/useRows';
import { effect as effectOf, text, values } from '../components/format';
import {
  about,
  breakpoints,
  currentInstruction,
  output,
  program,
  state,
  toggleBreakpoint,
  toggleLine,
} from '../state/session';
import { askOutput } from '../state/why';
import { MemoryView } from './MemoryView';
import { Panel } from './Panel';
import type { About, Variable } from '../worker/types';

const ROW = 20;
const NO_INSTRUCTIONS: About['instructions'] = [];
const showSource = signal(false);

export function ProgramPanel() {
  const hasSource = program.value?.source != null;
  return (
    <Panel
      id="program"
      title="Program"
      aside={
        hasSource && (
          <button
            class="quiet"
            aria-pressed={showSource.value}
            onClick={() => (showSource.value = !showSource.value)}
          >
            source
          </button>
        )
      }
    >
      {showSource.value && hasSource ? <Source /> : <Listing />}
      <CurrentStep />
      <Machine />
      <Output />
    </Panel>
  );
}

interface LinesProperties<T> {
  label: string;
  lines: T[];
  /** The number of the first line. */
  first: number;
  current: number | null;
  children: (line: T, at: number) => ComponentChildren;
}

/** Lines by their numbers, of which the current one is kept in sight. */
function Lines<T>({ label, lines, first, current, children }: LinesProperties<T>) {
  const rows = useRows(lines.length, ROW);
  useEffect(() => {
    if (current !== null) rows.reveal(current - first);
  }, [current, lines, rows.ready]);
  return (
    <div
      class="scroll listing"
      ref={rows.attach}
      onScroll={rows.onScroll}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div class="spacer" style={{ height: `${rows.height}px` }}>
        <ol style={{ transform: `translateY(${rows.offset}px)` }}>
          {lines.slice(rows.first, rows.first + rows.count).map((line, index) => {
            const at = rows.first + index + first;
            return (
              <li
                key={at}
                class={at === current ? 'current' : ''}
                aria-current={at === current ? 'step' : undefined}
              >
                {children(line, at)}
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function Listing() {
  const listed = about.value?.instructions ?? NO_INSTRUCTIONS;
  return (
    <Lines label="Instructions" lines={listed} first={0} current={currentInstruction.value}>
      {(instruction, at) => {
        const begins = instruction.function !== listed[at - 1]?.function;
        return (
          <>
            <button
              class="breakpoint"
              tabIndex={-1}
              aria-pressed={breakpoints.value.has(at)}
              aria-label={`Breakpoint at instruction ${at}`}
              onClick={() => toggleBreakpoint(at)}
            />
            <span class="number">{at}</span>
            <code>{instruction.text}</code>
            {begins && instruction.function !== null && <span class="function">{instruction.function}</span>}
          </>
        );
      }}
    </Lines>
  );
}

function Source() {
  const source = program.value?.source?.text ?? '';
  const lines = useMemo(() => source.split('\n'), [source]);
  const instruction = currentInstruction.value;
  const current = instruction === null ? null : (about.value?.instructions[instruction]?.line ?? null);
  const listed = about.value?.instructions ?? NO_INSTRUCTIONS;
  const withCode = useMemo(() => new Set(listed.map(({ line }) => line)), [listed]);
  const stops = new Set([...breakpoints.value].map((at) => listed[at]?.line));
  return (
    <Lines label="Source" lines={lines} first={1} current={current}>
      {(line, at) => (
        <>
          {withCode.has(at) && (
            <button
              class="breakpoint"
              tabIndex={-1}
              aria-pressed={stops.has(at)}
              aria-label={`Breakpoint at line ${at}`}
              onClick={() => toggleLine(at)}
            />
          )}
          {!withCode.has(at) && <span class="breakpoint" />}
          <span class="number">{at}</span>
          <code>{line}</code>
        </>
      )}
    </Lines>
  );
}

function CurrentStep() {
  const step = state.value?.step;
  return (
    <p class="step" data-testid="step">
      {step ? (
        <>
          <code>{step.text}</code> <span>{values(step)}</span> <em>{effectOf(step)}</em>
        </>
      ) : (
        'before the first instruction'
      )}
    </p>
  );
}

function Machine() {
  const machine = state.value;
  return (
    <div class="scroll machine" tabIndex={0} role="region" aria-label="State of the machine">
      <h3>Calls</h3>
      <ol class="calls">
        {(machine?.calls ?? []).map((call, index) => (
          <li key={index}>
            {call.function ?? 'start'} <span class="number">{call.instruction}</span>
          </li>
        ))}
      </ol>
      <h3>Operand stack</h3>
      <p class="operands" data-testid="operands">
        {machine && machine.operands.length > 0
          ? machine.operands.map((value, index) => <b key={index}>{value}</b>)
          : 'empty'}
      </p>
      <Variables title="Locals" variables={machine?.locals ?? []} changed={machine?.changed.locals ?? []} />
      <Variables
        title="Globals"
        variables={machine?.globals ?? []}
        changed={machine?.changed.globals ?? []}
      />
      <MemoryView />
    </div>
  );
}

function Variables({
  title,
  variables,
  changed,
}: {
  title: string;
  variables: Variable[];
  changed: number[];
}) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="variables" data-testid={title.toLowerCase()}>
        {variables.map(({ index, value }) => (
          <div key={index} class={changed.includes(index) ? 'changed' : ''}>
            <dt>{index}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Output() {
  return (
    <div class="output">
      <h3>
        Output
        {output.value.length > 0 && (
          <button class="quiet" aria-label="Why was the last byte written?" onClick={() => void askOutput()}>
            why
          </button>
        )}
      </h3>
      <pre class="scroll" tabIndex={0} role="region" aria-label="Output" data-testid="output">
        {text(output.value)}
      </pre>
    </div>
  );
}
