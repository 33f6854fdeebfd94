  ;; Extrapolation in the kernel, which scripts/build-kernel.ts puts into kernel.wat: the twin of extrapolateStep in extrapolate.ts.

  ;; to = scale·from - half·other, `count` (an even number of) f64.
  (func (export "extrapolateRows")
    (param $from i32) (param $other i32) (param $to i32) (param $count i32) (param $scale f64) (param $half f64)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 3))))
    (loop $next
      (v128.store (local.get $to) (f64x2.sub
        (f64x2.mul (f64x2.splat (local.get $scale)) (v128.load (local.get $from)))
        (f64x2.mul (f64x2.splat (local.get $half)) (v128.load (local.get $other)))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (local.set $other (i32.add (local.get $other) (i32.const 16)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))
