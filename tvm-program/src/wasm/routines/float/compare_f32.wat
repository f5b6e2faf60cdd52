;; f32.{name}: the order of two numbers is that of two integers. A negative number with the magnitude m
;; becomes -m, and -0 becomes 0. With a NaN the result is {unordered}.
(module
  (func $f32.{name} (param $a i32) (param $b i32) (result i32)
    (if (i32.gt_u (i32.and (local.get $a) (i32.const 0x7fffffff)) (i32.const 0x7f800000))
      (then (return (i32.const {unordered}))))
    (if (i32.gt_u (i32.and (local.get $b) (i32.const 0x7fffffff)) (i32.const 0x7f800000))
      (then (return (i32.const {unordered}))))
    (if (i32.lt_s (local.get $a) (i32.const 0))
      (then (local.set $a (i32.sub (i32.const 0x80000000) (local.get $a)))))
    (if (i32.lt_s (local.get $b) (i32.const 0))
      (then (local.set $b (i32.sub (i32.const 0x80000000) (local.get $b)))))
    (i32.{order} (local.get $a) (local.get $b))))
