;; memory.copy: eight bytes at a time. The eight bytes at the far end are loaded before anything is
;; stored and stored last, so that the number of bytes need not be a multiple of eight. Addresses
;; are below 2^25, which makes signed comparisons of them right.
(module
  (import "trap" "out_of_bounds" (func $out_of_bounds))
  (memory 0)

  (func $memory.copy (param $to i32) (param $from i32) (param $length i32)
    (local $bytes i32) (local $last i32) (local $limit i32) (local $far i64)

    ;; Is any of it outside memory?
    (if (i32.gt_u
          (local.get $length)
          (local.tee $bytes (i32.shl (memory.size) (i32.const 16))))
      (then (call $out_of_bounds)))
    (local.set $last (i32.sub (local.get $bytes) (local.get $length)))
    (if (i32.or
          (i32.gt_u (local.get $to) (local.get $last))
          (i32.gt_u (local.get $from) (local.get $last)))
      (then (call $out_of_bounds)))

    (if (i32.lt_u (local.get $length) (i32.const 8))
      (then
        (if (i32.ge_u (local.get $length) (i32.const 4))
          (then
            (local.set $last (i32.sub (local.get $length) (i32.const 4)))
            (i32.add (local.get $to) (local.get $last))
            (i32.load (i32.add (local.get $from) (local.get $last)))
            (i32.store (local.get $to) (i32.load (local.get $from)))
            (i32.store)
            (return)))
        (br_if 1 (i32.eqz (local.get $length)))
        ;; One to three bytes: the first two or the first, and the last.
        (local.set $last (i32.sub (local.get $length) (i32.const 1)))
        (i32.add (local.get $to) (local.get $last))
        (i32.load8_u (i32.add (local.get $from) (local.get $last)))
        (if (local.get $last)
          (then (i32.store16 (local.get $to) (i32.load16_u (local.get $from)))))
        (i32.store8)
        (return)))

    (local.set $last (i32.add (local.get $to) (i32.sub (local.get $length) (i32.const 8))))

    ;; Upwards, unless the destination begins inside the source.
    (if (i32.ge_u (i32.sub (local.get $to) (local.get $from)) (local.get $length))
      (then
        (local.set $far
          (i64.load
            (i32.add (local.get $from) (i32.sub (local.get $length) (i32.const 8)))))
        (local.set $limit (i32.sub (local.get $last) (i32.const 24)))
        (if (i32.lt_s (local.get $to) (local.get $limit))
          (then
            (loop $again
              (i64.store (local.get $to) (i64.load (local.get $from)))
              (i64.store offset=8 (local.get $to) (i64.load offset=8 (local.get $from)))
              (i64.store offset=16 (local.get $to) (i64.load offset=16 (local.get $from)))
              (i64.store offset=24 (local.get $to) (i64.load offset=24 (local.get $from)))
              (local.set $from (i32.add (local.get $from) (i32.const 32)))
              (local.set $to (i32.add (local.get $to) (i32.const 32)))
              (br_if $again (i32.lt_s (local.get $to) (local.get $limit))))))
        (if (i32.lt_s (local.get $to) (local.get $last))
          (then
            (loop $again
              (i64.store (local.get $to) (i64.load (local.get $from)))
              (local.set $from (i32.add (local.get $from) (i32.const 8)))
              (local.set $to (i32.add (local.get $to) (i32.const 8)))
              (br_if $again (i32.lt_s (local.get $to) (local.get $last))))))
        (i64.store (local.get $last) (local.get $far))
        (return)))

    ;; Downwards: `$last` and `$from` move, `$to` stays.
    (local.set $far (i64.load (local.get $from)))
    (local.set $from (i32.add (local.get $from) (i32.sub (local.get $length) (i32.const 8))))
    (local.set $from (i32.sub (local.get $from) (i32.const 24)))
    (if (i32.gt_s
          (local.tee $last (i32.sub (local.get $last) (i32.const 24))) (local.get $to))
      (then
        (loop $again
          (i64.store offset=24 (local.get $last) (i64.load offset=24 (local.get $from)))
          (i64.store offset=16 (local.get $last) (i64.load offset=16 (local.get $from)))
          (i64.store offset=8 (local.get $last) (i64.load offset=8 (local.get $from)))
          (i64.store (local.get $last) (i64.load (local.get $from)))
          (local.set $from (i32.sub (local.get $from) (i32.const 32)))
          (local.set $last (i32.sub (local.get $last) (i32.const 32)))
          (br_if $again (i32.gt_s (local.get $last) (local.get $to))))))
    (local.set $from (i32.add (local.get $from) (i32.const 24)))
    (local.set $last (i32.add (local.get $last) (i32.const 24)))
    (if (i32.gt_s (local.get $last) (local.get $to))
      (then
        (loop $again
          (i64.store (local.get $last) (i64.load (local.get $from)))
          (local.set $from (i32.sub (local.get $from) (i32.const 8)))
          (local.set $last (i32.sub (local.get $last) (i32.const 8)))
          (br_if $again (i32.gt_s (local.get $last) (local.get $to))))))
    (i64.store (local.get $to) (local.get $far))))
