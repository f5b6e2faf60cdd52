;; memory.init: bytes of a passive segment to memory, four at a time. The segment is the address of its
;; length in reserved memory; its bytes follow, and a word may be loaded from any of them.
(module
  (import "trap" "out_of_bounds" (func $out_of_bounds))
  (import "reserved" "load" (func $load (param i32) (result i32)))
  (memory 0)

  (func $memory.init
    (param $to i32) (param $from i32) (param $length i32) (param $segment i32)
    (local $size i32)

    ;; Is any of it outside the segment or outside memory?
    (if (i32.gt_u (local.get $length) (local.tee $size (call $load (local.get $segment))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $from) (i32.sub (local.get $size) (local.get $length)))
      (then (call $out_of_bounds)))
    (if (i32.gt_u
          (local.get $length) (local.tee $size (i32.shl (memory.size) (i32.const 16))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $to) (i32.sub (local.get $size) (local.get $length)))
      (then (call $out_of_bounds)))

    (local.set $from (i32.add (i32.add (local.get $segment) (local.get $from)) (i32.const 4)))
    (block $rest
      (loop $again
        (br_if $rest (i32.lt_u (local.get $length) (i32.const 4)))
        (i32.store (local.get $to) (call $load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $length (i32.sub (local.get $length) (i32.const 4)))
        (br $again)))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $length)))
        (i32.store8 (local.get $to) (call $load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $again)))))
