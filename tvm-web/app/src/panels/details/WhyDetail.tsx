// Why: the path back from a token, the answer that is shown, and every part that changes it.

import { useEffect, useRef } from 'preact/hooks';
import { number } from '../../components/format';
import { about, input } from '../../state/session';
import {
  askSelected,
  follow,
  followToEnd,
  onward,
  path,
  show,
  shownAnswer,
  shownIndex,
  type Answered,
} from '../../state/why';
import type { Answer, Cause, Why } from '../../worker/types';
import { HeadLink, NeuronLink, TokenLink } from './links';

const EFFECTS = [
  { effect: 'carries', title: 'Carries it: one more here is one more or one less there' },
  { effect: 'shapes', title: 'Shapes its number' },
  { effect: 'decides', title: 'Decides what kind of token follows' },
] as const;

export function WhyDetail() {
  const answered = shownAnswer.value;
  if (!answered) {
    return (
      <p>
        <button onClick={() => void askSelected()}>Why is the selected token there?</button>
      </p>
    );
  }
  return (
    <>
      <Path />
      <Shown answered={answered} />
      <Causes why={answered.why} />
    </>
  );
}

/** All answers until now, the first at the top. */
function Path() {
  const answers = path.value;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [answers, shownIndex.value]);
  return (
    <ol class="why-path" aria-label="Path" data-testid="why-path" ref={list}>
      {answers.map((answered, index) => (
        <li key={index}>
          <button
            class="link"
            aria-current={index === shownIndex.value ? 'step' : undefined}
            onClick={() => show(index)}
          >
            <code>{answerText(answered.why.answer)}</code> <span>{origin(answered)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Where an answer is from, in a few words. */
function origin({ why, step }: Answered): string {
  const at = `at ${number(why.question.position)}`;
  if (why.given?.kind === 'input') return `byte ${number(why.given.byte)} of the input, ${at}`;
  if (why.given?.kind === 'host') return `answered by the host, ${at}`;
  if (why.given) return `given in the prompt, ${at}`;
  const instruction = step ? `: ${step.text}` : '';
  return `${why.question.kind === 'value' ? `stored ${at}` : at}${instruction}`;
}

function Shown({ answered }: { answered: Answered }) {
  const { why } = answered;
  const next = onward(why);
  return (
    <>
      <p data-testid="why">
        <Sentence why={why} />
      </p>
      <p class="buttons">
        <button class="primary" disabled={!next} onClick={() => next && void follow(next)}>
          Follow
        </button>
        <button disabled={!next} onClick={() => void followToEnd()}>
          Follow to the end
        </button>
        <button disabled={shownIndex.value === 0} onClick={() => show(shownIndex.value - 1)}>
          Back
        </button>
      </p>
    </>
  );
}

function Sentence({ why }: { why: Why }) {
  const { question, answer, given, pass } = why;
  const said = <code>{answerText(answer)}</code>;
  if (given?.kind === 'input') {
    return (
      <>
        {said} is byte {number(given.byte)} of the input <code>{JSON.stringify(input.value)}</code>. The path
        ends here.
      </>
    );
  }
  if (given?.kind === 'host') {
    return <>{said} is an answer of the host, which the program awaited. The path ends here.</>;
  }
  if (given) {
    return (
      <>
        {said} is given: it belongs to the {about.value?.kind === 'program' ? 'program or its data' : 'data'}{' '}
        in the prompt. The path ends here.
      </>
    );
  }
  const end = why.main === null && ' No other position carries it: it is from the weights.';
  if (question.kind === 'value') {
    return (
      <>
        {said} is the value that the head stores for this token. {end}
      </>
    );
  }
  return (
    <>
      {said} follows token {number(pass ?? 0)}, by the greatest score. {end}
    </>
  );
}

function Causes({ why }: { why: Why }) {
  if (why.causes.length === 0) return null;
  return (
    <>
      <p class="hint">
        Each part is changed by itself, and the forward pass is done again. What changes the answer is a
        cause.
      </p>
      {EFFECTS.map(({ effect, title }) => {
        const causes = why.causes.filter((cause) => cause.effect === effect);
        return causes.length > 0 && <CauseTable key={effect} title={title} causes={causes} why={why} />;
      })}
    </>
  );
}

function CauseTable({ title, causes, why }: { title: string; causes: Cause[]; why: Why }) {
  const main = why.main === null ? null : why.causes[why.main];
  return (
    <table data-testid={`causes-${causes[0]!.effect}`}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col">part</th>
          <th scope="col">if it</th>
          <th scope="col">then</th>
          <th scope="col">from</th>
        </tr>
      </thead>
      <tbody>
        {causes.map((cause, index) => (
          <tr key={index} class={cause === main ? 'best' : ''}>
            <td class="number">{cause.part.kind === 'read' ? '' : cause.part.layer}</td>
            <td>
              <Part cause={cause} />
            </td>
            <td>{cause.change}</td>
            <td>
              <code>{answerText(cause.otherwise)}</code>
            </td>
            <td>
              <From cause={cause} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Part({ cause: { part, name } }: { cause: Cause }) {
  switch (part.kind) {
    case 'read':
      return (
        <>
          reading <code>{name}</code>
        </>
      );
    case 'head':
      return <HeadLink layer={part.layer} index={part.index} name={name} />;
    case 'neurons':
      return <NeuronLink layer={part.layer} index={part.first} name={name} />;
  }
}

function From({ cause: { part, next } }: { cause: Cause }) {
  if (next) {
    return <button onClick={() => void follow(next)}>{number(next.position)} why</button>;
  }
  if (part.kind === 'head' && part.attended !== null) return <TokenLink position={part.attended} />;
  return null;
}

function answerText(answer: Answer): string {
  return answer.kind === 'token' ? answer.name : number(answer.number);
}
