// The ten steps of the tour. Each has a text, and a place on the live model that it shows.

import type { ComponentChildren } from 'preact';
import type { Step } from '../../worker/types';
import { showHead, showNeuron, showScores, showSlot, toFirst, toStep, toTick } from './places';

/** A step of the tour. */
export interface TourStep {
  title: string;
  text: ComponentChildren;
  /** Goes to what the step is about. */
  show: () => Promise<void>;
}

export const steps: TourStep[] = [
  {
    title: 'A transformer that runs a program',
    text: (
      <>
        <p>
          A transformer reads a sequence of <b>tokens</b> and says which token comes next. That token is added
          to the sequence, and the same is done again. Here the sequence is the run of a program.
        </p>
        <p>
          The list in the middle is that sequence. Every coloured chip is a token, every row an instruction
          that has been executed. No interpreter stands beside it. The weights of this model were not trained
          but written down by a compiler, so every number in it has a meaning.
        </p>
      </>
    ),
    show: async () => {
      await toFirst();
      showScores();
    },
  },
  {
    title: 'What a token is',
    text: (
      <>
        <p>
          The next instruction adds two numbers. Its row has five tokens: the four bytes of the sum, the
          lowest one first, and one token that completes the instruction and says how the stack has changed.
        </p>
        <p>
          A byte is written with two digits, from <code>00</code> to <code>ff</code>, which is 255. Press → to
          go from token to token. The program at the left shows what is known after the selected one.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isAddition);
      showScores();
    },
  },
  {
    title: 'The greatest score wins',
    text: (
      <>
        <p>
          For every token of the vocabulary the model computes a score. The token with the greatest score
          follows; nothing is left to chance.
        </p>
        <p>
          The scores of the bytes lie on a parabola. A byte <i>v</i> scores <i>2vr − v²</i>, where <i>r</i> is
          the result that the model has found. It is greatest where <i>v</i> = <i>r</i>, so the right byte
          wins, by 1 against its neighbours.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isAddition);
      showScores();
    },
  },
  {
    title: 'How an addition carries',
    text: (
      <>
        <p>
          On paper you add digit by digit from the right and write a small 1 where ten is passed. The model
          adds byte by byte, and passes 256 instead of ten. The small 1 is the tick at the token:{' '}
          <code>34'</code> is the byte 34 with a carry.
        </p>
        <p>
          So the carry is in the sequence, where the next byte can read it. The whole machine follows this
          rule: what is to be remembered is said in a token.
        </p>
      </>
    ),
    show: async () => {
      await toTick();
      showScores();
    },
  },
  {
    title: 'The residual stream',
    text: (
      <>
        <p>
          Inside, a token is a list of numbers, one for each <b>slot</b>. In the picture a row is a slot, and
          a column is the stream after half a layer, from left to right. Blue is positive, orange negative; a
          wide cell has just been written.
        </p>
        <p>
          Layers only add to slots. The slot that is chosen holds a number with a name; below you see who
          wrote it and who reads it. Point at other cells, or choose one with a click.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isAddition);
      showSlot();
    },
  },
  {
    title: 'A neuron',
    text: (
      <>
        <p>
          A neuron computes two sums over the stream, its <b>gate</b> and its <b>value</b>. If the gate is
          above 0 it adds gate × value to some slots; otherwise it adds nothing.
        </p>
        <p>
          That is how a choice is made. The gates of an addition are open only if the instruction is an
          addition, so most neurons are dark and a few are lit. Below is one of them, with every weight and
          what it is multiplied by.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isAddition);
      showNeuron();
    },
  },
  {
    title: 'Attention looks things up',
    text: (
      <>
        <p>
          A <b>head</b> reads other tokens. Every token offers a <b>key</b>, a point in the plane, and this
          token asks with a <b>query</b>, a direction. The token whose key lies furthest in that direction
          wins, and its values are fetched.
        </p>
        <p>
          In this way the model finds its next instruction and its operands. The arcs beside the token list go
          to the tokens that are attended to now.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isAddition);
      showHead(/second|top|operand|opcode/);
    },
  },
  {
    title: 'Memory is attention',
    text: (
      <>
        <p>
          There is no memory but the sequence. A store says its bytes, and their keys are made of the address.
          A load asks for the address, and attention finds the byte that was stored there last.
        </p>
        <p>
          The next instruction loads from memory. The head below has fetched the byte: follow the link to the
          token that wrote it, perhaps many thousand tokens before.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isLoad);
      showHead(/memory\.(found|value|byte)/, /memory/);
    },
  },
  {
    title: 'Only the hull matters',
    text: (
      <>
        <p>
          To compare a query with a million keys would be slow. But whatever direction is asked for, the
          furthest point is on the edge of the cloud of points, its <b>convex hull</b>. The keys of numbers
          lie on a parabola, and there the furthest point is where the dashed line touches it.
        </p>
        <p>
          So the winner is found by a search along the hull, in a few steps instead of a million. That is why
          a page can generate millions of tokens a second.
        </p>
      </>
    ),
    show: async () => {
      await toStep(isLoad);
      showHead(/second|top/, /memory/);
    },
  },
  {
    title: 'Specialising, and now you',
    text: (
      <>
        <p>
          A universal model reads the program at the beginning of its sequence, in the prompt.{' '}
          <b>Specialising</b> puts the program into the weights instead: the prompt is only the input, and
          heads and neurons that the program never needs are gone.
        </p>
        <p>
          Now it is your turn: go to a byte of output with the key <kbd>o</kbd>, look at the heads and neurons
          that chose it, switch one of them off under “Change it”, and see what the program prints then; or
          type instructions in the REPL.
        </p>
      </>
    ),
    show: async () => {
      await toStep((step) => step.output !== null);
      showScores();
    },
  },
];

function isAddition(step: Step): boolean {
  return /^i(32|64)\.add\b/.test(step.text) && step.tokens > 1;
}

function isLoad(step: Step): boolean {
  return step.effect?.kind === 'load';
}
