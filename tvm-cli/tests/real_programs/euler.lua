-- Project Euler 1, 2 and 3.

local sum = 0
for n = 1, 999 do
    if n % 3 == 0 or n % 5 == 0 then sum = sum + n end
end
print(sum)

local even, a, b = 0, 1, 2
while b <= 4000000 do
    if b % 2 == 0 then even = even + b end
    a, b = b, a + b
end
print(even)

local number, factor = 600851475143, 2
while factor * factor <= number do
    if number % factor == 0 then number = number // factor else factor = factor + 1 end
end
print(number)
