;; table.fill: a word to elements of a table in reserved memory. The table is the address of its length; its
;; elements follow.
(module
  (import "trap" "out_of_bounds" (func $out_of_bounds))
  (import "reserved" "load" (func $load (param i32) (result i32)))
  (import "reserved" "store" (func $store (param i32 i32)))

  (func $table.fill
    (param $to i32) (param $value i32) (param $length i32) (param $table i32)
    (local $size i32)

    ;; Is any of it outside?
    (if (i32.gt_u (local.get $length) (local.tee $size (call $load (local.get $table))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $to) (i32.sub (local.get $size) (local.get $length)))
      (then (call $out_of_bounds)))
    (br_if 0 (i32.eqz (local.get $length)))

    (local.set $to
      (i32.add (local.get $table) (i32.shl (i32.add (local.get $to) (i32.const 1)) (i32.const 2))))
    (loop $again
      (call $store (local.get $to) (local.get $value))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br_if $again
        (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))))
