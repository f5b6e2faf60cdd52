// A plot of Observable Plot as a component.

import { useEffect, useRef } from 'preact/hooks';

interface Properties {
  /** What the figure shows, for screen readers. */
  label: string;
  /** Draws the plot anew. */
  draw: () => Element;
}

export function Figure({ label, draw }: Properties) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const plot = draw();
    // The figure as a whole has a label; those of its marks say nothing more, and groups may not have any.
    for (const mark of plot.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label');
    holder.current!.replaceChildren(plot);
  });
  return <div class="figure" role="img" aria-label={label} ref={holder} />;
}
