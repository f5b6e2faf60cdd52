// A list of any number of rows of one height, of which only the visible ones exist. Libraries for
// virtual lists keep a table with an entry a row; a run has tens of millions of rows, and with one
// height for all of them arithmetic is enough. Browsers bound the height of an element, so beyond that
// bound the scroll bar is scaled: small movements scroll by rows, large ones by proportion.

import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The greatest height that is given to the scrolled element, in pixels. */
const MOST_PIXELS = 8_000_000;

/** What a list needs to show its rows. */
export interface Rows {
  /** For the element that scrolls. */
  attach: (element: HTMLDivElement | null) => void;
  onScroll: () => void;
  /** The height of the element within it, in pixels. */
  height: number;
  /** The first row that is shown, and how many. */
  first: number;
  count: number;
  /** Where the first row is, in pixels from the top of the inner element. */
  offset: number;
  /** Is the size of the list known? Before, nothing can be revealed. */
  ready: boolean;
  /** Scrolls so that a row is visible; not at all if it is. */
  reveal: (row: number) => void;
}

export function useRows(total: number, rowHeight: number): Rows {
  const element = useRef<HTMLDivElement | null>(null);
  const scrolled = useRef(0);
  const [top, setTop] = useState(0);
  const [view, setView] = useState(0);
  const height = Math.min(total * rowHeight, MOST_PIXELS);
  const visible = view / rowHeight;
  const most = Math.max(total - visible, 0);

  const attach = useCallback((next: HTMLDivElement | null) => {
    element.current = next;
  }, []);

  useLayoutEffect(() => {
    const scroller = element.current;
    if (!scroller) return;
    const observer = new ResizeObserver(() => setView(scroller.clientHeight));
    observer.observe(scroller);
    setView(scroller.clientHeight);
    return () => observer.disconnect();
  }, []);

  const range = Math.max(height - view, 1);

  const onScroll = () => {
    const at = element.current?.scrollTop ?? 0;
    const moved = at - scrolled.current;
    if (moved === 0) return;
    scrolled.current = at;
    const small = Math.abs(moved) < 2 * view && at > 0 && at < range - 1;
    setTop((before) => (small ? clamp(before + moved / rowHeight, most) : clamp((at / range) * most, most)));
  };

  const reveal = (row: number) => {
    const inside = row >= top && row + 1 <= top + visible;
    if (inside || !element.current || view === 0) return;
    const next = clamp(row - visible / 2, most);
    const at = most === 0 ? 0 : (next / most) * range;
    element.current.scrollTop = at;
    scrolled.current = element.current.scrollTop;
    setTop(next);
  };

  const first = Math.floor(Math.min(top, most));
  const count = Math.min(Math.ceil(visible) + 1, total - first);
  return {
    attach,
    onScroll,
    height,
    first,
    count: Math.max(count, 0),
    offset: scrolled.current - (Math.min(top, most) - first) * rowHeight,
    ready: view > 0,
    reveal,
  };
}

function clamp(row: number, most: number): number {
  return Math.min(Math.max(row, 0), most);
}
