// Exported functions of AssemblyScript, to be called by a host: with its heap, classes, maps, text and errors.

class Factor {
  constructor(public prime: u32, public times: i32) {}
}

const known = new Map<u32, Array<Factor>>();

function factorise(number: u32): Array<Factor> {
  if (known.has(number)) return known.get(number);
  const factors = new Array<Factor>();
  let rest = number;
  for (let divisor: u32 = 2; divisor <= rest / divisor; divisor++) {
    let times = 0;
    while (rest % divisor == 0) {
      rest /= divisor;
      times++;
    }
    if (times > 0) factors.push(new Factor(divisor, times));
  }
  if (rest > 1) factors.push(new Factor(rest, 1));
  known.set(number, factors);
  return factors;
}

/** How many divisors a number has. */
export function divisors(number: u32): i32 {
  if (number == 0) throw new Error("0 has no factors");
  return factorise(number).reduce((product, factor) => product * (factor.times + 1), 1);
}

/** The product of the distinct primes of the numbers up to a limit, added up. */
export function radicals(limit: u32): u64 {
  let sum: u64 = 0;
  for (let number: u32 = 1; number <= limit; number++) {
    let product: u64 = 1;
    const factors = factorise(number);
    for (let at = 0; at < factors.length; at++) product *= factors[at].prime;
    sum += product;
  }
  return sum;
}

/** How long the text of a number's factors is, as "2^3 * 5". */
export function length(number: u32): i32 {
  return factorise(number)
    .map<string>((factor) => factor.times > 1 ? `${factor.prime}^${factor.times}` : factor.prime.toString())
    .join(" * ").length;
}

/** The mean number of divisors of the numbers up to a limit. */
export function mean(limit: u32): f64 {
  let sum = 0.0;
  for (let number: u32 = 1; number <= limit; number++) sum += divisors(number);
  return sum / limit;
}
