// Thousands of small cells that can be pointed at, clicked and walked by keyboard: a canvas, since as
// many elements would be slow. What is at the cursor is said in a line of text, also to screen readers.

import { useEffect, useRef, useState } from 'preact/hooks';

/** A cell: where it is, in pixels, and its colour. */
export interface Cell<T> {
  x: number;
  y: number;
  width: number;
  height: number;
  colour: string;
  /** Drawn around the cell. */
  border?: string;
  what: T;
}

interface Properties<T> {
  label: string;
  width: number;
  height: number;
  cells: Cell<T>[];
  describe: (what: T) => string;
  onPick: (what: T) => void;
  isPicked: (what: T) => boolean;
  /** The colour of the frame around the cell at the cursor. */
  accent: string;
}

export function CellCanvas<T>(properties: Properties<T>) {
  const { label, width, height, cells, describe, onPick, isPicked, accent } = properties;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const at = cursor !== null && cursor < cells.length ? cursor : null;

  useEffect(() => {
    const context = prepare(canvas.current!, width, height);
    for (const cell of cells) {
      context.fillStyle = cell.colour;
      context.fillRect(cell.x, cell.y, cell.width, cell.height);
      if (cell.border) frame(context, cell, cell.border, 1);
    }
    for (const cell of cells) if (isPicked(cell.what)) frame(context, cell, accent, 2);
    if (at !== null) frame(context, cells[at]!, accent, 1);
  });

  const find = (event: MouseEvent) => {
    const found = cells.findIndex((cell) => contains(cell, event.offsetX, event.offsetY));
    return found < 0 ? null : found;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction) setCursor(at === null ? firstPicked(cells, isPicked) : nearest(cells, at, direction));
    else if ((event.key === 'Enter' || event.key === ' ') && at !== null) onPick(cells[at]!.what);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="cells" role="group" aria-label={label} tabIndex={0} onKeyDown={onKeyDown}>
      <canvas
        ref={canvas}
        aria-hidden="true"
        onMouseMove={(event) => setCursor(find(event))}
        onMouseLeave={() => setCursor(null)}
        onClick={(event) => {
          const found = find(event);
          if (found !== null) onPick(cells[found]!.what);
        }}
      />
      <p class="cursor" aria-live="polite">
        {at === null ? label : describe(cells[at]!.what)}
      </p>
    </div>
  );
}

const DIRECTIONS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function frame<T>(context: CanvasRenderingContext2D, cell: Cell<T>, colour: string, thickness: number) {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  const outside = thickness / 2 - 0.5;
  context.strokeRect(
    cell.x - outside + 0.5,
    cell.y - outside + 0.5,
    cell.width + 2 * outside - 1,
    cell.height + 2 * outside - 1,
  );
}

function contains<T>(cell: Cell<T>, x: number, y: number): boolean {
  return x >= cell.x && x < cell.x + cell.width && y >= cell.y && y < cell.y + cell.height;
}

function firstPicked<T>(cells: Cell<T>[], isPicked: (what: T) => boolean): number | null {
  const picked = cells.findIndex((cell) => isPicked(cell.what));
  if (picked >= 0) return picked;
  return cells.length > 0 ? 0 : null;
}

/** The nearest cell in a direction; distances across count more than those along it. */
function nearest<T>(cells: Cell<T>[], from: number, [dx, dy]: [number, number]): number {
  const origin = cells[from]!;
  let best = from;
  let least = Infinity;
  cells.forEach((cell, index) => {
    const x = cell.x - origin.x;
    const y = cell.y - origin.y;
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy) + Math.abs(y * dx);
    const distance = along + 4 * across;
    if (along > 0 && distance < least) [best, least] = [index, distance];
  });
  return best;
}
