// How the page behaves in time: no task of the page's thread is longer than 50 ms while tokens scroll, and
// a far position is shown within 2 s. The times are printed. They are judged with `SPEED=1` only, since a machine with
// other work says nothing about the page; that a million tokens scroll and are scrubbed is always tested.

import { ended, expect, goTo, serve, test } from './doors';

declare global {
  interface Window {
    longTasks: number[];
  }
}

const judged = process.env.SPEED !== undefined;

/** A puzzle whose run has a million tokens, near enough. */
const HARD = '8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..';

test('a million tokens scroll without a long task, and are scrubbed', async ({ page }) => {
  const server = await serve('programs/sudoku.c', '--input', HARD);
  try {
    await page.addInitScript(() => {
      window.longTasks = [];
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
      });
      observer.observe({ entryTypes: ['longtask'] });
    });
    await page.goto(server.url);
    await ended(page);
    const list = page.getByRole('grid', { name: 'Tokens by instruction' });
    await list.hover();
    let shortest = Infinity;
    // Other work on the machine makes a task longer now and then, so the best of three counts.
    for (let attempt = 0; attempt < 3 && shortest > 50; attempt++) {
      await page.evaluate(() => (window.longTasks.length = 0));
      for (let turn = 0; turn < 60; turn++) {
        await page.mouse.wheel(0, 600);
        await page.waitForTimeout(16);
      }
      shortest = Math.min(shortest, await page.evaluate(() => Math.max(0, ...window.longTasks)));
    }
    console.log(`longest task while scrolling: ${shortest.toFixed(0)} ms`);
    if (judged) expect(shortest).toBeLessThanOrEqual(50);

    const count = Number(
      (await page.getByTestId('status').textContent())!.match(/of ([\d,]+)/)![1]!.replaceAll(',', ''),
    );
    expect(count).toBeGreaterThan(950_000);
    for (const share of [0.9, 0.1, 0.5]) {
      const begin = Date.now();
      const position = Math.floor(count * share);
      await page.getByLabel('position', { exact: true }).fill(String(position));
      await page.getByLabel('position', { exact: true }).press('Enter');
      await expect(page.locator('.chip.selected')).toBeVisible();
      await expect(page.locator('.chip.selected')).toHaveId(`token-${position}`);
      console.log(`position ${position} is shown after ${Date.now() - begin} ms`);
      if (judged) expect(Date.now() - begin).toBeLessThan(2_000);
    }
    await goTo(page, 1_000);
  } finally {
    server.stop();
  }
});
