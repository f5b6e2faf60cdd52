// The X-Ray: program, tokens, transformer and detail beside each other, time below.

import { DetailPanel } from '../panels/DetailPanel';
import { ProgramPanel } from '../panels/ProgramPanel';
import { TimeBar } from '../panels/TimeBar';
import { TokensPanel } from '../panels/TokensPanel';
import { TransformerPanel } from '../panels/TransformerPanel';
import type { ComponentChildren } from 'preact';

/** The view; a tour puts its text in the place of the program. */
export function XrayView({ guide }: { guide?: ComponentChildren }) {
  return (
    <>
      <main class={guide ? 'xray guided' : 'xray'}>
        {guide}
        <ProgramPanel />
        <TokensPanel />
        <TransformerPanel />
        <DetailPanel />
      </main>
      <TimeBar />
    </>
  );
}
