// How every request is answered from the session of Rust.

import type { Opening, SessionApi } from './api';
import { openModel, openProgram, openRepl, start } from './engine';
import type { RustRepl, RustSession } from './rust';
import { Pace, pause, wait, type Control } from './slices';
import type { Change, Comparison, Found, Progress, Question, Seek } from './types';

/** How long the page must have asked for nothing before tokens are read ahead, in milliseconds. */
const IDLE = 200;

/** The open session, and the REPL beside it. */
export class Answers {
  private session: RustSession | null = null;
  private repl: RustRepl | null = null;
  /** When the page last asked for something. */
  private asked = 0;
  /** The session whose tokens are read ahead. */
  private ahead: RustSession | null = null;
  /** The last question about a forward pass. */
  private preparing: Promise<unknown> = Promise.resolve();

  /** Calls a method by its name. */
  async call(method: keyof SessionApi, args: unknown[], control: Control): Promise<unknown> {
    this.asked = performance.now();
    const handler = this[method] as (...args: unknown[]) => unknown;
    return handler.call(this, ...args, control);
  }

  private get opened(): RustSession {
    if (!this.session) throw new Error('No program is open.');
    return this.session;
  }

  private take(session: RustSession) {
    this.session?.free();
    this.session = session;
    return this.about();
  }

  start(wasm: Uint8Array) {
    return start(wasm);
  }

  open({ name, kind, data, model, input, lines, host }: Opening) {
    if (kind === 'model') return this.take(openModel(data, input));
    if (!model) throw new Error('This page has no universal model, so it opens specialised models only.');
    return this.take(openProgram(model, name, data, input, lines, host));
  }

  openRepl() {
    return this.take(this.startedRepl.session());
  }

  about() {
    return JSON.parse(this.opened.about()) as unknown;
  }

  specialise() {
    return this.opened.specialise();
  }

  async advance(until: number, control: Control): Promise<Progress> {
    const session = this.opened;
    const pace = new Pace();
    for (;;) {
      const progress = pace.run((tokens) => JSON.parse(session.advance(tokens)) as Progress);
      const done = progress.ended !== null || progress.tokens >= until;
      if (done) void this.readAhead(session);
      if (done || control.cancelled() || session !== this.session) return progress;
      control.progress(progress);
      await pause();
    }
  }

  /**
   * While the page asks for nothing, reads the run again for explanations: a position far into it is then explained
   * as soon as it is selected.
   */
  private async readAhead(session: RustSession) {
    if (this.ahead === session) return;
    this.ahead = session;
    const pace = new Pace();
    for (let left = 1; left > 0;) {
      await wait(IDLE);
      if (session !== this.session) break;
      while (performance.now() - this.asked > IDLE && left > 0 && session === this.session) {
        left = pace.run((tokens) => session.readAhead(tokens));
        await pause();
      }
    }
    if (this.ahead === session) this.ahead = null;
  }

  /**
   * Answers a question about a forward pass. Far positions are read again first, in slices; one question
   * after another, so that they do not take the place from each other.
   */
  private prepared(
    position: number,
    control: Control,
    ask: (session: RustSession) => string,
  ): Promise<unknown> {
    const session = this.opened;
    const pace = new Pace();
    const answer = this.preparing.then(async () => {
      for (;;) {
        if (control.cancelled() || session !== this.session) return null;
        const left = pace.run((tokens) => session.prepareExplain(position, tokens));
        if (left === 0) return JSON.parse(ask(session)) as unknown;
        control.progress(left);
        await pause();
      }
    });
    this.preparing = answer.catch(() => null);
    return answer;
  }

  tokens(from: number, count: number) {
    return this.opened.tokens(from, count);
  }

  steps(position: number, before: number, after: number) {
    return JSON.parse(this.opened.steps(position, before, after)) as unknown;
  }

  stepsByNumber(first: number, count: number) {
    return JSON.parse(this.opened.stepsByNumber(first, count)) as unknown;
  }

  numberOf(position: number) {
    return this.opened.numberOf(position) ?? null;
  }

  state(position: number) {
    return JSON.parse(this.opened.state(position)) as unknown;
  }

  memory(position: number, address: number, count: number) {
    return this.opened.memory(position, address, count);
  }

  output(position: number) {
    return this.opened.output(position);
  }

  async seek(from: number, what: Seek, control: Control): Promise<number | null> {
    const session = this.opened;
    const pace = new Pace();
    for (let at = from; ;) {
      const found = pace.run((most) => JSON.parse(session.seek(at, JSON.stringify(what), most)) as Found);
      if (found.position !== null || found.reached === null) return found.position;
      if (control.cancelled() || session !== this.session) return null;
      at = found.reached;
      control.progress(at);
      await pause();
    }
  }

  explain(position: number, control: Control) {
    return this.prepared(position, control, (session) => session.explain(position));
  }

  scores(position: number, control: Control) {
    return this.prepared(position, control, (session) => session.scores(position));
  }

  why(question: Question, control: Control) {
    // A token is decided by the forward pass of the one before it.
    const pass = question.kind === 'token' ? Math.max(question.position - 1, 0) : question.position;
    return this.prepared(pass, control, (session) => session.why(JSON.stringify(question)));
  }

  head(position: number, layer: number, head: number, control: Control) {
    return this.prepared(position, control, (session) => session.head(position, layer, head));
  }

  headWeights(layer: number, head: number) {
    return JSON.parse(this.opened.headWeights(layer, head)) as unknown;
  }

  neuron(layer: number, neuron: number) {
    return JSON.parse(this.opened.neuron(layer, neuron)) as unknown;
  }

  slot(boundary: number, slot: number) {
    return JSON.parse(this.opened.slot(boundary, slot)) as unknown;
  }

  change(changes: Change[]) {
    this.opened.change(JSON.stringify(changes));
  }

  async compare(until: number, control: Control): Promise<Comparison> {
    const session = this.opened;
    const pace = new Pace();
    for (;;) {
      const comparison = pace.run((tokens) => JSON.parse(session.compareOn(tokens)) as Comparison);
      const done = comparison.ended !== null || comparison.reached >= until;
      if (done || control.cancelled() || session !== this.session) return comparison;
      control.progress(comparison);
      await pause();
    }
  }

  replStart(universal: Uint8Array) {
    this.repl?.free();
    this.repl = openRepl(universal);
  }

  replLine(text: string) {
    return JSON.parse(this.startedRepl.line(text)) as unknown;
  }

  replUndo() {
    return JSON.parse(this.startedRepl.undo()) as unknown;
  }

  private get startedRepl(): RustRepl {
    if (!this.repl) throw new Error('The REPL has not begun.');
    return this.repl;
  }
}
