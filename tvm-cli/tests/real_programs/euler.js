// Project Euler 1, 2 and 3.

let sum = 0;
for (let n = 1; n < 1000; n++) {
    if (n % 3 === 0 || n % 5 === 0) sum += n;
}
print(sum);

let even = 0;
for (let [a, b] = [1, 2]; b <= 4000000; [a, b] = [b, a + b]) {
    if (b % 2 === 0) even += b;
}
print(even);

let number = 600851475143, factor = 2;
while (factor * factor <= number) {
    if (number % factor === 0) number /= factor;
    else factor++;
}
print(number);
