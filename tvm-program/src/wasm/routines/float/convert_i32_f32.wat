;; f32.{name}: the number shifted until its first bit is the first of the mantissa.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))

  (func $f32.{name} (param $x i32) (result i32)
    (local $sign i32) (local $shift i32)

    (if (i32.eqz (local.get $x)) (then (return (i32.const 0))))
    (if {negative}
      (then
        (local.set $sign (i32.const 0x80000000))
        (local.set $x (i32.sub (i32.const 0) (local.get $x)))))
    (local.set $x
      (i32.shl (local.get $x) (local.tee $shift (i32.clz (local.get $x)))))
    (call $round
      (local.get $sign)
      (i32.sub (i32.const 158) (local.get $shift))
      (i32.or
        (i32.shr_u (local.get $x) (i32.const 1)) (i32.and (local.get $x) (i32.const 1))))))
