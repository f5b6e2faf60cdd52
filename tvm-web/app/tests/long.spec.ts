// A run of a hundred million tokens: how fast it goes, how soon any position is shown with its forward pass, and what memory
// the page takes. It takes minutes, so it runs with `TVM_LONG=SECONDS` only: so long the page is left alone after the run.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, expect, scratch, serve, test } from './doors';

/** It stores numbers in memory, over and over. */
const PROGRAM = `(module
  (memory 1)
  (func $long (export "_start") (local $i i32)
    (loop $again
      (i32.store
        (i32.and (i32.mul (local.get $i) (i32.const 4)) (i32.const 0xfffc))
        (local.get $i))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 4000000))))))`;

/** The length of the run must be at least this. */
const TOKENS = 100_000_000;

/** What the largest process of the browser takes, in MB: the page with its worker. */
function memory(): number {
  const processes = execFileSync('ps', ['-eo', 'rss,args'], { encoding: 'utf8' }).split('\n');
  const renderers = processes.filter((line) => line.includes('--type=renderer'));
  return Math.round(Math.max(...renderers.map((line) => Number.parseInt(line, 10))) / 1024);
}

test.skip(process.env.TVM_LONG === undefined, 'takes minutes');
test.setTimeout(30 * 60_000);

test('a hundred million tokens are scrubbed', async ({ page }) => {
  const file = join(scratch(), 'long.wat');
  writeFileSync(file, PROGRAM);
  const server = await serve(file);
  try {
    let begin = Date.now();
    await page.goto(server.url);
    await expect(page.getByTestId('status')).toContainText(/limit|halted|run on/, {
      timeout: 20 * 60_000,
    });
    console.log(`the run took ${((Date.now() - begin) / 1000).toFixed(0)} s`);
    const status = (await page.getByTestId('status').textContent())!;
    const count = Number(status.match(/of ([\d,]+)/)![1]!.replaceAll(',', ''));
    console.log(status);
    expect(count).toBeGreaterThanOrEqual(TOKENS);
    console.log(`memory after the run: ${memory()} MB`);
    const show = async (position: number) => {
      begin = Date.now();
      await page.getByLabel('position', { exact: true }).fill(String(position));
      await page.getByLabel('position', { exact: true }).press('Enter');
      await expect(page.locator('.chip.selected')).toHaveId(`token-${position}`, { timeout: 100_000 });
      const shown = Date.now() - begin;
      await at(page, position);
      console.log(`position ${position}: shown after ${shown} ms, explained after ${Date.now() - begin} ms`);
    };
    // Meanwhile the worker reads ahead.
    await page.waitForTimeout(Number(process.env.TVM_LONG) * 1000);
    for (const share of [0.9, 0.1, 0.5, 0.7, 0.3, 0.999]) await show(Math.floor(count * share) + 7);
    for (const back of [1, 2, 150, 300, 5_000]) await show(Math.floor(count * 0.999) + 7 - back);
    console.log(`memory after all: ${memory()} MB`);
    expect(memory()).toBeLessThan(500);
  } finally {
    server.stop();
  }
});
