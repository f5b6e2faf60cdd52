;; f32.{name}: the one of two numbers, -0 less than 0, or the canonical NaN if one is a NaN. The order of
;; two numbers is that of their bits as signed integers, except that two negative ones are turned around.
(module
  (func $f32.{name} (param $a i32) (param $b i32) (result i32)
    (if (i32.gt_u (i32.and (local.get $a) (i32.const 0x7fffffff)) (i32.const 0x7f800000))
      (then (return (i32.const 0x7fc00000))))
    (if (i32.gt_u (i32.and (local.get $b) (i32.const 0x7fffffff)) (i32.const 0x7f800000))
      (then (return (i32.const 0x7fc00000))))
    (select
      (local.get ${if less})
      (local.get ${else})
      (i32.xor
        (i32.lt_s (local.get $a) (local.get $b))
        (i32.lt_s (i32.and (local.get $a) (local.get $b)) (i32.const 0))))))
