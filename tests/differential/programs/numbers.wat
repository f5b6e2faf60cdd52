;; What is done with numbers: divisors, powers, digits, bits.
(module
  (func $gcd (export "gcd") (param $a i64) (param $b i64) (result i64)
    (local $rest i64)
    (block $done
      (loop $again
        (br_if $done (i64.eqz (local.get $b)))
        (local.set $rest (i64.rem_u (local.get $a) (local.get $b)))
        (local.set $a (local.get $b))
        (local.set $b (local.get $rest))
        (br $again)))
    (local.get $a))

  ;; base to the power of exponent, modulo 1,000,003
  (func (export "power") (param $base i32) (param $exponent i32) (result i32)
    (local $power i64) (local $square i64)
    (local.set $power (i64.const 1))
    (local.set $square (i64.extend_i32_u (local.get $base)))
    (loop $again
      (if (i32.and (local.get $exponent) (i32.const 1))
        (then (local.set $power
          (i64.rem_s (i64.mul (local.get $power) (local.get $square)) (i64.const 1000003)))))
      (local.set $square
        (i64.rem_u (i64.mul (local.get $square) (local.get $square)) (i64.const 1000003)))
      (local.set $exponent (i32.shr_u (local.get $exponent) (i32.const 1)))
      (br_if $again (local.get $exponent)))
    (i32.wrap_i64 (local.get $power)))

  ;; the sum of decimal digits
  (func (export "digits") (param $number i64) (result i32)
    (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum)
        (i32.wrap_i64 (i64.rem_s (local.get $number) (i64.const 10)))))
      (local.set $number (i64.div_s (local.get $number) (i64.const 10)))
      (br_if $again (i64.ne (local.get $number) (i64.const 0))))
    (local.get $sum))

  (func (export "bits") (param $word i64) (param $half i32) (result i64)
    (i64.add
      (i64.xor
        (i64.rotl (local.get $word) (i64.clz (local.get $word)))
        (i64.shr_s (local.get $word) (i64.extend_i32_s (i32.popcnt (local.get $half)))))
      (i64.or
        (i64.shl (i64.ctz (local.get $word)) (i64.popcnt (local.get $word)))
        (i64.extend_i32_u (i32.rotr (local.get $half) (i32.ctz (local.get $half)))))))

  (func (export "narrow") (param $word i64) (param $half i32) (result i64 i32)
    (i64.sub
      (i64.extend8_s (local.get $word))
      (i64.mul (i64.extend16_s (local.get $word)) (i64.extend32_s (local.get $word))))
    (i32.div_s
      (i32.extend8_s (local.get $half))
      (i32.extend16_s (i32.shr_s (local.get $half) (i32.const 3)))))

  (func (export "between") (param $word i64) (param $half i32) (result i32)
    (i32.add
      (i32.add
        (i64.lt_s (local.get $word) (i64.extend_i32_s (local.get $half)))
        (i64.gt_u (local.get $word) (i64.extend_i32_u (local.get $half))))
      (i32.add
        (i32.le_s (local.get $half) (i32.wrap_i64 (local.get $word)))
        (i32.ge_u (local.get $half) (i32.wrap_i64 (local.get $word)))))))
