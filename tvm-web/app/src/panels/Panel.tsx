// The frame of a panel: a heading, what belongs beside it, the content.

import type { ComponentChildren } from 'preact';

interface Properties {
  id: string;
  title: string;
  /** Beside the heading. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

export function Panel({ id, title, aside, children }: Properties) {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
