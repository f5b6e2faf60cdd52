// Makes the calls of primes.input by Node, and writes their results.
import { readFileSync } from "node:fs";

const abort = () => { throw new Error(); };
const module = new WebAssembly.Module(readFileSync("primes.wasm"));
const { exports } = new WebAssembly.Instance(module, { env: { abort } });
for (const line of readFileSync("primes.input", "utf8").trim().split("\n")) {
  const [name, argument] = line.split(" ");
  console.log(String(exports[name](Number(argument))));
}
