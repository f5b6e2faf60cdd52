function counter() { let n = 0; return () => ++n; }
const next = counter();
next();
print("closures", next(), [3, 1, 2].sort().map(x => x * x));
print("regular expressions", "2026-11-30".replace(/(\d+)-(\d+)-(\d+)/, "$3.$2.$1"), /^(?<a>x+)y\1$/u.exec("xxyxx").groups.a);
print("BigInt", 2n ** 100n, (10n ** 30n) / 7n % 1000n);
print("JSON", JSON.stringify({ list: [1, "two", null, true], nested: { pi: Math.PI } }), JSON.parse("[1,2]").length);
print("Math", Math.sqrt(2), Math.sin(1), Math.pow(2, 0.5), Math.hypot(3, 4), (0.1 + 0.2).toFixed(20));
class Shape { constructor(n) { this.n = n; } area() { return 0; } get name() { return this.constructor.name; } }
class Square extends Shape { area() { return this.n ** 2; } }
print("classes", new Square(5).area(), new Square(1).name, [...new Map([["a", 1]]).entries()].join());
function* numbers() { for (let i = 0; i < 3; i++) yield i; }
print("generators", [...numbers()], Array.from({ length: 3 }, (_, i) => i * 2));
try { null.property } catch (error) { print("errors", error instanceof TypeError, error.message); }
