;; memory.fill: eight bytes at a time, the last eight first, so that the number of bytes need not
;; be a multiple of eight. Addresses are below 2^25, which makes signed comparisons of them right.
(module
  (import "trap" "out_of_bounds" (func $out_of_bounds))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (memory 0)

  (func $memory.fill (param $to i32) (param $value i32) (param $length i32)
    (local $bytes i32) (local $last i32) (local $limit i32)

    ;; Is any of it outside memory?
    (if (i32.gt_u
          (local.get $length)
          (local.tee $bytes (i32.shl (memory.size) (i32.const 16))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $to) (i32.sub (local.get $bytes) (local.get $length)))
      (then (call $out_of_bounds)))

    (local.set $value
      (i32.mul (i32.and (local.get $value) (i32.const 0xff)) (i32.const 0x01010101)))
    (if (i32.lt_u (local.get $length) (i32.const 8))
      (then
        (if (i32.ge_u (local.get $length) (i32.const 4))
          (then
            (i32.store (local.get $to) (local.get $value))
            (i32.store
              (i32.add (local.get $to) (i32.sub (local.get $length) (i32.const 4)))
              (local.get $value))
            (return)))
        (br_if 1 (i32.eqz (local.get $length)))
        ;; One to three bytes: the first two or the first, and the last.
        (local.set $last (i32.sub (local.get $length) (i32.const 1)))
        (if (local.get $last) (then (i32.store16 (local.get $to) (local.get $value))))
        (i32.store8 (i32.add (local.get $to) (local.get $last)) (local.get $value))
        (return)))

    (local.set $last (i32.add (local.get $to) (i32.sub (local.get $length) (i32.const 8))))
    (i64.store (local.get $last) (call $join (local.get $value) (local.get $value)))
    (local.set $limit (i32.sub (local.get $last) (i32.const 24)))
    (if (i32.lt_s (local.get $to) (local.get $limit))
      (then
        (loop $again
          (i64.store (local.get $to) (call $join (local.get $value) (local.get $value)))
          (i64.store offset=8 (local.get $to) (call $join (local.get $value) (local.get $value)))
          (i64.store offset=16 (local.get $to) (call $join (local.get $value) (local.get $value)))
          (i64.store offset=24 (local.get $to) (call $join (local.get $value) (local.get $value)))
          (local.set $to (i32.add (local.get $to) (i32.const 32)))
          (br_if $again (i32.lt_s (local.get $to) (local.get $limit))))))
    (if (i32.lt_s (local.get $to) (local.get $last))
      (then
        (loop $again
          (i64.store (local.get $to) (call $join (local.get $value) (local.get $value)))
          (local.set $to (i32.add (local.get $to) (i32.const 8)))
          (br_if $again (i32.lt_s (local.get $to) (local.get $last))))))))
