;; f32.{name}: the bits of the fraction are cleared. To round away from zero, as {name} does where
;; {away} holds, the greatest fraction is added before: a carry goes on into the exponent.
(module
  (func $f32.{name} (param $x i32) (result i32)
    (local $exponent i32) (local $fraction i32)

    (local.set $exponent
      (i32.sub
        (i32.and (i32.shr_u (local.get $x) (i32.const 23)) (i32.const 0xff)) (i32.const 127)))
    (if (i32.lt_s (local.get $exponent) (i32.const 0))
      (then
        ;; Below 1: 0, or 1 if it is not 0 itself.
        (return
          (i32.or
            (i32.and (local.get $x) (i32.const 0x80000000))
            (select
              (i32.const 0x3f800000)
              (i32.const 0)
              (i32.and
                {away}
                (i32.ne (i32.shl (local.get $x) (i32.const 1)) (i32.const 0))))))))
    (if (i32.ge_s (local.get $exponent) (i32.const 23))
      (then
        ;; An integer, an infinity or a NaN.
        (if (i32.gt_u (i32.and (local.get $x) (i32.const 0x7fffffff)) (i32.const 0x7f800000))
          (then (return (i32.const 0x7fc00000))))
        (return (local.get $x))))
    (local.set $fraction (i32.shr_u (i32.const 0x007fffff) (local.get $exponent)))
    (if {away}
      (then (local.set $x (i32.add (local.get $x) (local.get $fraction)))))
    (i32.and (local.get $x) (i32.xor (local.get $fraction) (i32.const -1)))))
