;; The mantissa of a subnormal f32 shifted so far that it has 24 bits, and the exponent that belongs to it.
(module
  (func $normal.f32 (param $mantissa i32) (result i32 i32)
    (local $shift i32)
    (i32.shl
      (local.get $mantissa)
      (local.tee $shift (i32.sub (i32.clz (local.get $mantissa)) (i32.const 8))))
    (i32.sub (i32.const 1) (local.get $shift))))
