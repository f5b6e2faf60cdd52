;; f32.sqrt: the root of a mantissa of 50 bits has 25. Sixteen come from a straight line and two steps of
;; Newton's, r = (r + x / r) / 2, the others from one more step, which is a little too small on purpose.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))
  (import "routine" "normal.f32" (func $normal (param i32) (result i32 i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f32.sqrt (param $x i32) (result i32)
    (local $exponent i32) (local $top i32) (local $root i32) (local $rest i64)

    (local.set $exponent (i32.shr_u (local.get $x) (i32.const 23)))
    (if (i32.ge_u (i32.sub (local.get $exponent) (i32.const 1)) (i32.const 254))
      (then
        ;; 0 and infinity are their own roots. There is none of a NaN and of less than 0.
        (if (i32.or
              (i32.eqz (i32.shl (local.get $x) (i32.const 1)))
              (i32.eq (local.get $x) (i32.const 0x7f800000)))
          (then (return (local.get $x))))
        (if (local.get $exponent)
          (then (return (i32.const 0x7fc00000))))
        (call $normal (local.get $x))
        (local.set $exponent)
        (local.set $x)))
    (local.set $top
      (i32.shl
        (i32.or (i32.and (local.get $x) (i32.const 0x007fffff)) (i32.const 0x00800000))
        (i32.sub (i32.const 8) (i32.and (local.get $exponent) (i32.const 1)))))

    ;; 16 bits, less one.
    (local.set $root
      (i32.add
        (i32.add
          (i32.shr_u (local.get $top) (i32.const 17)) (i32.shr_u (local.get $top) (i32.const 19)))
        (i32.const 24380)))
    (local.set $root
      (i32.shr_u
        (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
        (i32.const 1)))
    (local.set $root
      (i32.sub
        (i32.shr_u
          (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
          (i32.const 1))
        (i32.const 1)))
    ;; 32 bits, of which the first 25 are at most one too small.
    (local.set $root
      (i32.shr_u
        (i32.sub
          (i32.add
            (i32.shl (local.get $root) (i32.const 16))
            (i32.shl
              (i32.div_u
                (i32.shl
                  (i32.sub (local.get $top) (i32.mul (local.get $root) (local.get $root)))
                  (i32.const 14))
                (local.get $root))
              (i32.const 1)))
          (i32.const 4))
        (i32.const 7)))
    (local.set $rest
      (i64.sub
        (i64.shl (call $join (local.get $top) (i32.const 0)) (i64.const 18))
        (i64.mul
          (call $join (local.get $root) (i32.const 0))
          (call $join (local.get $root) (i32.const 0)))))
    (if (i64.gt_u
          (local.get $rest)
          (call $join (i32.shl (local.get $root) (i32.const 1)) (i32.const 0)))
      (then
        (local.set $root (i32.add (local.get $root) (i32.const 1)))
        (local.set $rest
          (i64.sub
            (local.get $rest)
            (call $join
              (i32.sub (i32.shl (local.get $root) (i32.const 1)) (i32.const 1))
              (i32.const 0))))))
    (call $round
      (i32.const 0)
      (i32.shr_u (i32.add (local.get $exponent) (i32.const 127)) (i32.const 1))
      (i32.or
        (i32.shl (local.get $root) (i32.const 6)) (i64.ne (local.get $rest) (i64.const 0))))))
