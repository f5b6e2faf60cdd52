// The shell of the page: what is open, which view is shown, errors, help.

import { signal } from '@preact/signals';
import { Help } from './components/Help';
import { about, input, open, page, problem, program } from './state/session';
import { help, isDark, theme, view, type View } from './state/view';
import { ChangeView } from './views/ChangeView';
import { PlaygroundView } from './views/PlaygroundView';
import { ReplView } from './views/ReplView';
import { RunView } from './views/RunView';
import { TourView } from './views/TourView';
import { XrayView } from './views/XrayView';

export function App() {
  return (
    <div class="app">
      <header class="top">
        <h1>{about.value?.title ?? page.programs[0]?.title ?? 'transformer-vm'}</h1>
        {page.view === 'xray' && <Views />}
        {page.view === 'xray' && <Chooser />}
        <span class="end">
          {page.book !== undefined && <a href={page.book}>book</a>}
          <button class="quiet" onClick={() => (theme.value = isDark.value ? 'light' : 'dark')}>
            {isDark.value ? 'light' : 'dark'}
          </button>
          {page.view === 'xray' && (
            <button class="quiet" onClick={() => (help.value = true)}>
              keys ?
            </button>
          )}
        </span>
      </header>
      <Problem />
      {page.view === 'run' ? <RunView /> : <Shown />}
      <Help />
    </div>
  );
}

const VIEWS: { view: View; label: string }[] = [
  { view: 'xray', label: 'X-Ray' },
  { view: 'change', label: 'Change it' },
  { view: 'repl', label: 'REPL' },
  { view: 'tour', label: 'Tour' },
  { view: 'playground', label: 'Playground' },
];

function Views() {
  return (
    <nav aria-label="Views">
      {VIEWS.map((choice) => (
        <button
          key={choice.view}
          class="quiet"
          aria-current={view.value === choice.view ? 'page' : undefined}
          onClick={() => (view.value = choice.view)}
        >
          {choice.label}
        </button>
      ))}
    </nav>
  );
}

function Shown() {
  switch (view.value) {
    case 'xray':
      return <XrayView />;
    case 'change':
      return <ChangeView />;
    case 'repl':
      return <ReplView />;
    case 'tour':
      return <TourView />;
    case 'playground':
      return <PlaygroundView />;
  }
}

const typed = signal<string | null>(null);

/** The programs of the page, and the input. */
function Chooser() {
  const chosen = program.value ?? page.programs[0];
  if (!chosen) return null;
  // Another input would ask for other answers of the host than those that were recorded.
  const recorded = chosen.host !== undefined;
  const why = recorded ? 'The run was recorded with its host: tvm xray shows another input' : undefined;
  return (
    <form
      class="chooser"
      onSubmit={(event) => {
        event.preventDefault();
        void open(chosen, typed.value ?? input.value);
        typed.value = null;
      }}
    >
      {page.programs.length > 1 && (
        <label>
          program{' '}
          <select
            value={page.programs.indexOf(chosen)}
            onChange={(event) => {
              typed.value = null;
              const next = page.programs[Number(event.currentTarget.value)];
              if (next) void open(next);
            }}
          >
            {!page.programs.includes(chosen) && <option value={-1}>{chosen.title}</option>}
            {page.programs.map((choice, index) => (
              <option key={index} value={index} title={choice.about ?? undefined}>
                {choice.title}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        input{' '}
        <textarea
          rows={1}
          spellcheck={false}
          readOnly={recorded}
          title={why}
          value={typed.value ?? input.value}
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
      </label>
      <button>run</button>
    </form>
  );
}

function Problem() {
  if (problem.value === null) return null;
  return (
    <div class="problem" role="alert">
      <pre>{problem.value}</pre>
      <button class="quiet" onClick={() => (problem.value = null)}>
        close
      </button>
    </div>
  );
}
