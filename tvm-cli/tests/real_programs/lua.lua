-- Coroutines, string.format, pcall and error, closures and metatables.

local function primes(limit)
    return coroutine.wrap(function()
        local composite = {}
        for n = 2, limit do
            if not composite[n] then
                coroutine.yield(n)
                for multiple = n * n, limit, n do composite[multiple] = true end
            end
        end
    end)
end

local sum, last = 0, 0
for prime in primes(1000) do sum, last = sum + prime, prime end
print(string.format("%d primes' sum, the last is %05d, %-6s|%6.3f|%g|%x", sum, last, "left", math.pi, 1e100, 48879))

-- A coroutine that fails, and one that is resumed with values.
local failing = coroutine.create(function(a) error({ code = coroutine.yield(a + 1) }) end)
print(coroutine.resume(failing, 41))
local ok, value = coroutine.resume(failing, "given")
print(ok, type(value), value.code, coroutine.status(failing))

-- Errors with positions, rethrown over several calls.
local function inner(n) if n == 0 then error("at the bottom") end return inner(n - 1) + 1 end
print(pcall(inner, 20))
print(select("#", pcall(error)))
print(xpcall(function() local t = nil; return t.field end, function(message) return "handled: " .. message end))
print(pcall(string.rep, "x", -1), pcall(string.rep))

-- Metatables, closures that share a variable, integers and floats, goto.
local vector = {}
vector.__index = vector
vector.__add = function(a, b) return setmetatable({ a[1] + b[1], a[2] + b[2] }, vector) end
vector.__tostring = function(v) return "(" .. v[1] .. ", " .. v[2] .. ")" end
vector.__close = function(v) print("closed", v[1]) end
print(tostring(setmetatable({ 1, 2.5 }, vector) + setmetatable({ 3, 4 }, vector)))
do
    local one <close> = setmetatable({ 7, 0 }, vector)
    print(pcall(function() local two <close> = setmetatable({ 8, 0 }, vector); error("leave", 0) end))
end
local function counter() local n = 0; return function() n = n + 1; return n end, function() return n end end
local up, now = counter()
up(); up(); print(now())
print(7 // 2, -7 // 2, 7 % -3, 2 ^ 0.5, 1 << 62, math.maxinteger + 1 == math.mininteger, 10 / 2)
for i = 1, 3 do
    for j = 1, 3 do if i * j == 4 then goto done end end
end
::done::

-- Patterns, sorting, text as numbers, utf8.
print(("key = value; other=2"):gsub("(%w+)%s*=%s*(%w+)", "%2<-%1"))
local words = {}
for word in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[#words + 1] = word end
table.sort(words, function(a, b) return #a < #b or #a == #b and a < b end)
print(table.concat(words, " "))
print(tonumber("0x1p4"), tonumber("  12  "), tonumber("z", 36), math.tointeger(3.0), #utf8.char(8364), utf8.len("naïve"))
print(string.pack("<i4", 258):byte(1, -1))

-- A file, written and read.
local file = assert(io.open("made.txt", "w"))
for i = 1, 5 do file:write(i, " ", i * i, "\n") end
file:close()
for line in io.lines("made.txt") do io.write("[", line, "]") end
print()
print((select(2, io.open("none/there", "r"))))
print(load("return 1 +"))
