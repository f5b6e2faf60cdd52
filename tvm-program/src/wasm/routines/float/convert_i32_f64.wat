;; f64.{name}: every i32 is an f64. The number is shifted until its first bit is the one that the mantissa
;; does not show.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f64.{name} (param $x i32) (result i64)
    (local $sign i32) (local $shift i32)

    (if (i32.eqz (local.get $x)) (then (return (i64.const 0))))
    (if {negative}
      (then
        (local.set $sign (i32.const 0x80000000))
        (local.set $x (i32.sub (i32.const 0) (local.get $x)))))
    (local.set $x
      (i32.shl (local.get $x) (local.tee $shift (i32.clz (local.get $x)))))
    (call $join
      (i32.shl (local.get $x) (i32.const 21))
      (i32.or
        (local.get $sign)
        (i32.add
          (i32.shr_u (local.get $x) (i32.const 11))
          (i32.shl (i32.sub (i32.const 1053) (local.get $shift)) (i32.const 20)))))))
