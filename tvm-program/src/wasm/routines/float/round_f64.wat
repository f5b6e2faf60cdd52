;; The last step of other routines: an f64 from a sign, an exponent and a mantissa of 63 bits, the first
;; of which is set. It is mantissa * 2^(exponent - 1023 - 62), rounded to nearest, ties to even. The last
;; bit stands for anything below it.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $round.f64
    (param $sign i32) (param $exponent i32) (param $low i32) (param $high i32)
    (result i32 i32)
    (local $mantissa i64)

    (if (i32.ge_u
          (local.tee $exponent (i32.sub (local.get $exponent) (i32.const 1))) (i32.const 2046))
      (then
        (if (i32.ge_s (local.get $exponent) (i32.const 0))
          (then
            (return
              (i32.const 0)
              (i32.or
                (i32.and (local.get $sign) (i32.const 0x80000000)) (i32.const 0x7ff00000)))))
        ;; Below the least normal number. What is shifted out leaves the last bit behind.
        (local.set $exponent (i32.sub (i32.const 0) (local.get $exponent)))
        (local.set $mantissa (call $join (local.get $low) (local.get $high)))
        (if (result i32 i32) (i32.ge_u (local.get $exponent) (i32.const 63))
          (then (i32.const 1) (i32.const 0))
          (else
            (call $split
              (i64.or
                (i64.shr_u
                  (local.get $mantissa) (call $join (local.get $exponent) (i32.const 0)))
                (call $join
                  (i64.ne
                    (i64.shl
                      (local.get $mantissa)
                      (call $join
                        (i32.sub (i32.const 64) (local.get $exponent)) (i32.const 0)))
                    (i64.const 0))
                  (i32.const 0))))))
        (local.set $high)
        (local.set $low)
        (local.set $exponent (i32.const 0))))
    ;; The first bit of the mantissa, and a carry of the rounding, add to the exponent.
    (call $split
      (i64.shr_u
        (i64.add
          (call $join (local.get $low) (local.get $high))
          (call $join
            (i32.add
              (i32.and (i32.shr_u (local.get $low) (i32.const 10)) (i32.const 1))
              (i32.const 0x1ff))
            (i32.const 0)))
        (i64.const 10)))
    (i32.add (i32.shl (local.get $exponent) (i32.const 20)))
    (i32.or (i32.and (local.get $sign) (i32.const 0x80000000)))))
