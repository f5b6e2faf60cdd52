// The playground: a program of one's own, as WebAssembly text, as a module, or as token text. It is compiled in the page and run
// by the universal model.

import { signal } from '@preact/signals';
import { Panel } from '../panels/Panel';
import { busy, openOwn, report } from '../state/session';
import { view } from '../state/view';

const SAMPLE = `(module
  (import "tvm" "output" (func $output (param i32)))
  (memory 1)

  ;; Writes its input in capital letters.
  (func (export "compute") (param $input_address i32)
    (local $byte i32)
    (loop $next
      (local.set $byte (i32.load8_u (local.get $input_address)))
      (if (local.get $byte)
        (then
          (call $output (call $capital (local.get $byte)))
          (local.set $input_address
            (i32.add (local.get $input_address) (i32.const 1)))
          (br $next)))))

  (func $capital (param $byte i32) (result i32)
    (i32.sub
      (local.get $byte)
      (i32.mul
        (i32.const 32)
        (i32.and
          (i32.ge_u (local.get $byte) (i32.const 97))
          (i32.le_u (local.get $byte) (i32.const 122)))))))
`;

/** The greatest file that is opened, in bytes: a page has little memory. */
const LARGEST = 16 << 20;

const source = signal(SAMPLE);
const input = signal('hello');

export function PlaygroundView() {
  return (
    <main class="playground">
      <Panel id="playground" title="Playground" aside={<OpenFile />}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run('playground', new TextEncoder().encode(source.value));
          }}
        >
          <label for="playground-source">
            WebAssembly text, or the tokens of a program in braces. It is compiled in this page.
          </label>
          <textarea
            id="playground-source"
            spellcheck={false}
            value={source.value}
            onInput={(event) => (source.value = event.currentTarget.value)}
          />
          <p class="buttons">
            <label>
              input{' '}
              <input value={input.value} onInput={(event) => (input.value = event.currentTarget.value)} />
            </label>
            <button class="primary" disabled={busy.value !== null}>
              Run it
            </button>
          </p>
        </form>
      </Panel>
    </main>
  );
}

function OpenFile() {
  return (
    <label class="file">
      open a .wasm, .wat or token file{' '}
      <input
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) void openFile(file);
        }}
      />
    </label>
  );
}

/** A module is run at once; a text is shown first. */
async function openFile(file: File) {
  if (file.size > LARGEST) {
    return report(new Error(`${file.name} has ${file.size} bytes; at most ${LARGEST} are opened here.`));
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0) return run(file.name, bytes);
  source.value = new TextDecoder().decode(bytes);
}

async function run(name: string, bytes: Uint8Array) {
  if (await openOwn(name, bytes, input.value)) view.value = 'xray';
}
